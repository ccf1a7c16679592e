//! What the derives expand to, beside each declaration in `tests/expand`. Run with `UPDATE_EXPANDED=1` to rewrite it, and
//! review the change.

use std::path::PathBuf;
use std::{env, fs};

use proc_macro2::TokenStream;
use syn::{DeriveInput, Result};

type Expand = fn(&DeriveInput) -> Result<TokenStream>;

/// The expansions of all derives of a declaration, formatted.
fn expanded(declaration: &str) -> String {
    let input: DeriveInput = syn::parse_str(declaration).expect("a declaration");
    let derives: [(&str, Expand); 4] = [
        ("Choice", crate::choice::expand),
        ("Outputs", crate::outputs::expand),
        ("Spec", crate::spec::expand),
        ("ToValue", crate::to_value::expand),
    ];
    let mut tokens = TokenStream::new();
    for attribute in &input.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let listed = attribute.parse_nested_meta(|meta| {
            let derive = derives.iter().find(|(name, _)| meta.path.is_ident(name));
            let (_, expand) = derive.expect("a derive of this crate");
            tokens.extend(expand(&input)?);
            Ok(())
        });
        listed.expect("an expansion");
    }
    let file = syn_2::parse2(tokens).expect("valid Rust");
    prettyplease::unparse(&file)
}

#[test]
fn every_declaration_expands_as_written_beside_it() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/expand");
    let mut found = 0;
    for entry in fs::read_dir(&folder).expect("the folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("a name");
        let Some(name) = name.strip_suffix(".rs").filter(|name| !name.contains('.')) else {
            continue;
        };
        let expanded = expanded(&fs::read_to_string(&path).expect("a declaration"));
        let golden = folder.join(format!("{name}.expanded.rs"));
        if env::var_os("UPDATE_EXPANDED").is_some() {
            fs::write(&golden, &expanded).expect("the folder is writable");
        }
        let written = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(expanded, written, "{name}");
        found += 1;
    }
    assert!(found >= 6, "{found} declarations");
}
