use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::meta::ParseNestedMeta;
use syn::parse::Parse;
use syn::punctuated::Punctuated;
use syn::{Error, Expr, Field, Lit, LitInt, LitStr, Path, Result, Token};

const WORDS: &[&str] = &[
    "alias_of",
    "always_send",
    "api",
    "bytes",
    "computed",
    "cpu",
    "cron",
    "default",
    "default_json",
    "deprecated",
    "grow_only",
    "implicit_entry",
    "instead",
    "keeps_volumes",
    "key_in",
    "keys",
    "loses",
    "max",
    "min",
    "on_first_boot",
    "on_restart",
    "one_minor_at_a_time",
    "one_or_many",
    "pattern",
    "renamed_from",
    "replace",
    "sensitive",
    "set_by_platform",
    "since",
    "stopped",
    "until",
    "upgrade_only",
    "value_map",
    "was_list",
    "was_map",
    "write_only",
];

/// What `#[spec(...)]` says of one field: calls to append to `Attribute::new`, and the API's name.
#[derive(Default)]
pub(crate) struct Words {
    pub(crate) calls: Vec<TokenStream>,
    pub(crate) api: Option<String>,
    pub(crate) write_only: bool,
    pub(crate) renamed_from: Option<String>,
    /// The calls that hold for the attributes beside a secret as well.
    pub(crate) beside: Vec<TokenStream>,
}

impl Words {
    pub(crate) fn of(field: &Field) -> Result<Words> {
        let mut words = Words::default();
        for attribute in field
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("spec"))
        {
            attribute.parse_nested_meta(|meta| words.read(&meta))?;
        }
        Ok(words)
    }

    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> Result<()> {
        let word = meta
            .path
            .get_ident()
            .map(ToString::to_string)
            .unwrap_or_default();
        let call = match word.as_str() {
            "api" => {
                self.api = Some(meta.value()?.parse::<LitStr>()?.value());
                return Ok(());
            }
            "write_only" => {
                self.write_only = true;
                return Ok(());
            }
            "replace" => quote! { .replace() },
            "grow_only" => quote! { .grow_only() },
            "set_by_platform" => quote! { .set_by_platform() },
            "keeps_volumes" => quote! { .keeps_volumes() },
            "always_send" => quote! { .always_send() },
            "upgrade_only" => quote! { .upgrades(crate::schema::Upgrades::Any) },
            "one_minor_at_a_time" => quote! { .upgrades(crate::schema::Upgrades::Minor) },
            "on_restart" => quote! { .takes_effect(crate::schema::TakesEffect::Restart) },
            "on_first_boot" => {
                let again: LitStr = meta.value()?.parse()?;
                quote! { .takes_effect(crate::schema::TakesEffect::FirstBoot { again: #again }) }
            }
            "bytes" => quote! { .unit(crate::schema::Unit::Bytes) },
            "cpu" => quote! { .unit(crate::schema::Unit::Cpu) },
            "cron" => number(meta, &quote! { cron })?,
            "stopped" => text(meta, &quote! { stopped })?,
            "one_or_many" => text(meta, &quote! { one_or_many })?,
            "loses" => text(meta, &quote! { loses })?,
            "implicit_entry" => text(meta, &quote! { implicit_entry })?,
            "instead" => text(meta, &quote! { instead })?,
            "computed" => quote! { .computed() },
            "sensitive" => quote! { .sensitive() },
            "default" => {
                let default: Lit = meta.value()?.parse()?;
                quote! { .default(#default) }
            }
            "default_json" => {
                let text: LitStr = meta.value()?.parse()?;
                let tokens: TokenStream = text
                    .value()
                    .parse()
                    .map_err(|_| Error::new(text.span(), "not JSON, such as `[22]` or `{}`"))?;
                quote! { .default(serde_json::json!(#tokens)) }
            }
            "min" => number(meta, &quote! { min })?,
            "max" => number(meta, &quote! { max })?,
            "alias_of" => text(meta, &quote! { alias_of })?,
            "was_list" => text(meta, &quote! { was_list })?,
            "was_map" => text(meta, &quote! { was_map })?,
            "deprecated" => text(meta, &quote! { deprecated })?,
            "renamed_from" => {
                let name: LitStr = meta.value()?.parse()?;
                self.renamed_from = Some(name.value());
                quote! { .renamed_from(#name) }
            }
            "since" => text(meta, &quote! { since })?,
            "until" => text(meta, &quote! { until })?,
            "pattern" => pair::<LitStr>(meta, &quote! { pattern })?,
            "keys" => pair::<Expr>(meta, &quote! { keys })?,
            "key_in" => pair::<LitInt>(meta, &quote! { key_in })?,
            "value_map" => {
                let content;
                syn::parenthesized!(content in meta.input);
                let pairs = Punctuated::<ValuePair, Token![,]>::parse_terminated(&content)?;
                let calls = pairs
                    .iter()
                    .map(|ValuePair { ours, theirs }| quote! { .value_map(#ours, #theirs) });
                quote! { #(#calls)* }
            }
            _ => return Err(unknown(&meta.path, &word, WORDS)),
        };
        if matches!(
            word.as_str(),
            "since" | "until" | "on_restart" | "on_first_boot"
        ) {
            self.beside.push(call.clone());
        }
        self.calls.push(call);
        Ok(())
    }
}

struct ValuePair {
    ours: Lit,
    theirs: Lit,
}

impl Parse for ValuePair {
    fn parse(input: syn::parse::ParseStream<'_>) -> Result<ValuePair> {
        let ours = input.parse()?;
        input.parse::<Token![=]>()?;
        Ok(ValuePair {
            ours,
            theirs: input.parse()?,
        })
    }
}

fn number(meta: &ParseNestedMeta<'_>, call: &TokenStream) -> Result<TokenStream> {
    let number: LitInt = meta.value()?.parse()?;
    Ok(quote! { .#call(#number) })
}

/// `word("…", …)`; a text can be a constant as well.
fn pair<Second: Parse + ToTokens>(
    meta: &ParseNestedMeta<'_>,
    call: &TokenStream,
) -> Result<TokenStream> {
    let content;
    syn::parenthesized!(content in meta.input);
    let first: Expr = content.parse()?;
    content.parse::<Token![,]>()?;
    let second: Second = content.parse()?;
    Ok(quote! { .#call(#first, #second) })
}

fn text(meta: &ParseNestedMeta<'_>, call: &TokenStream) -> Result<TokenStream> {
    let text: LitStr = meta.value()?.parse()?;
    Ok(quote! { .#call(#text) })
}

pub(crate) fn unknown(path: &Path, word: &str, words: &[&str]) -> Error {
    let near = words
        .iter()
        .map(|known| (strsim::levenshtein(word, known), known))
        .min()
        .filter(|(distance, known)| *distance <= 1 + known.len() / 4);
    let hint = near.map_or_else(String::new, |(_, near)| format!(": did you mean `{near}`?"));
    Error::new_spanned(
        path,
        format!(
            "unknown word `{word}`{hint}\nthe words are: {}",
            words.join(", ")
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(field: &Field) -> String {
        Words::of(field)
            .err()
            .map_or_else(String::new, |error| error.to_string())
    }

    #[test]
    fn every_listed_word_is_read() {
        for word in WORDS {
            let word = Path::from(syn::Ident::new(word, proc_macro2::Span::call_site()));
            let message = message(&syn::parse_quote! { #[spec(#word)] name: String });
            assert!(!message.contains("unknown word"), "{message}");
        }
    }

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        let near = message(&syn::parse_quote! { #[spec(growonly)] name: String });
        assert!(near.contains("did you mean `grow_only`?"), "{near}");
        let far = message(&syn::parse_quote! { #[spec(x)] name: String });
        assert!(!far.contains("did you mean"), "{far}");
    }
}
