use std::ffi::OsString;
use std::path::PathBuf;

pub(super) const HELP: &str = "\
Writes import blocks and a configuration for existing objects

Usage: terraform-provider-hikube export [--namespace NAME]... [--type TYPE]...
                                        [--name PATTERN] [--out FOLDER]

Options:
  --namespace NAME  Export the objects of this namespace, for example tenant-acme; * for all tenants
                    that you can read. Defaults to the namespace of the kubeconfig's context
  --type TYPE       Export only this type, for example hikube_postgres. Defaults to all types
  --name PATTERN    Export only objects with this name: * matches any characters, ? one
  --out FOLDER      Write a file for each type into this folder. Files are not overwritten. Defaults
                    to standard output
  --help            Print this help

The connection comes from the environment: KUBECONFIG, or HIKUBE_HOST and the other variables of
the provider. The files have no secrets: where an object has one, `ignore_changes` keeps it, and
the value is `kept-by-ignore-changes` where one is required.
";

/// The arguments of the command.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    /// The namespaces; that of the provider if there are none.
    pub(super) namespaces: Vec<String>,
    /// The types; all if there are none.
    pub(super) types: Vec<String>,
    /// The pattern of the names; all names if there is none.
    pub(super) name: Option<String>,
    /// The folder for the files.
    pub(super) out: Option<PathBuf>,
}

impl Arguments {
    /// Parses arguments. None if help is requested.
    ///
    /// # Errors
    /// An argument is unknown or has no value.
    pub(super) fn parse(
        arguments: impl IntoIterator<Item = OsString>,
    ) -> Result<Option<Arguments>, String> {
        let mut parsed = Arguments::default();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let unknown = || format!("unknown argument {argument:?}");
            let text = argument.to_str().ok_or_else(unknown)?;
            let (name, given) = match text.split_once('=') {
                Some((name, given)) => (name, Some(OsString::from(given))),
                None => (text, None),
            };
            let mut value = || {
                given
                    .clone()
                    .or_else(|| arguments.next())
                    .filter(|value| !value.is_empty())
                    .ok_or_else(|| format!("{name} needs a value"))
            };
            let mut string = || {
                let value = value()?;
                value
                    .into_string()
                    .map_err(|value| format!("{value:?} is not valid Unicode"))
            };
            match name {
                "--help" | "-help" | "-h" => return Ok(None),
                "--namespace" | "-namespace" => parsed.namespaces.push(string()?),
                "--type" | "-type" => parsed.types.push(string()?),
                "--name" | "-name" => parsed.name = Some(string()?),
                "--out" | "-out" => parsed.out = Some(PathBuf::from(value()?)),
                _ => return Err(unknown()),
            }
        }
        Ok(Some(parsed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Arguments>, String> {
        Arguments::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn options_can_be_repeated_and_have_their_value_behind_a_space_or_an_equals_sign() {
        let parsed = parse(&[
            "--namespace",
            "tenant-a",
            "--namespace=tenant-b",
            "-type",
            "hikube_vm",
            "--name=shop-*",
            "--out=files",
        ]);
        let wanted = Arguments {
            namespaces: vec!["tenant-a".to_owned(), "tenant-b".to_owned()],
            types: vec!["hikube_vm".to_owned()],
            name: Some("shop-*".to_owned()),
            out: Some(PathBuf::from("files")),
        };
        assert_eq!(parsed, Ok(Some(wanted)));
        assert_eq!(parse(&[]), Ok(Some(Arguments::default())));
    }

    #[test]
    fn help_needs_no_other_argument() {
        assert_eq!(
            parse(&["--namespace", "a", "--help", "--nonsense"]),
            Ok(None)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (arguments, why) in [
            (&["--nonsense"][..], "unknown argument \"--nonsense\""),
            (&["plan"], "unknown argument \"plan\""),
            (&["--out"], "--out needs a value"),
            (&["--type="], "--type needs a value"),
        ] {
            assert_eq!(parse(arguments), Err(why.to_owned()));
        }
    }
}
