use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::{DeriveInput, Expr, Field, LitStr, Result, Token};

use crate::spec::{fields, for_each, named};
use crate::{to_value, words};

const WORDS: &[&str] = &[
    "known_at_plan",
    "secret",
    "unknown_when_changed",
    "use_state_for_unknown",
    "when_stored",
];

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let outputs = for_each(&fields(input, "Outputs")?, output)?;
    let has_credentials = outputs.iter().any(|(is_secret, _)| *is_secret);
    let outputs = outputs.iter().map(|(_, output)| output);
    let to_value = to_value::expand(input)?;
    Ok(quote! {
        #to_value
        impl crate::resource::Outputs for #name {
            const HAS_CREDENTIALS: bool = #has_credentials;
            fn declared() -> Vec<crate::resource::Output> {
                Vec::from([#(#outputs),*])
            }
        }
    })
}

/// Whether it is secret, and what makes it.
fn output(field: &Field) -> Result<(bool, TokenStream)> {
    let (name, description) = named(field)?;
    let ty = &field.ty;
    let mut secret = false;
    let mut when_stored = String::new();
    let mut calls = Vec::new();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("output"))
    {
        attribute.parse_nested_meta(|meta| {
            let word = meta.path.get_ident().map(ToString::to_string);
            calls.push(match word.as_deref().unwrap_or_default() {
                "secret" => {
                    secret = true;
                    return Ok(());
                }
                "when_stored" => {
                    when_stored = format!(" {}", meta.value()?.parse::<LitStr>()?.value());
                    return Ok(());
                }
                "use_state_for_unknown" => quote! { .use_state_for_unknown() },
                "unknown_when_changed" => {
                    let content;
                    syn::parenthesized!(content in meta.input);
                    let names = Punctuated::<LitStr, Token![,]>::parse_terminated(&content)?;
                    let names = names.iter();
                    quote! { .unknown_when_changed(&[#(#names),*]) }
                }
                "known_at_plan" => {
                    let function: Expr = meta.value()?.parse()?;
                    quote! {
                        .known_at_plan(|values| {
                            let function: fn(&crate::value::Value) -> crate::resource::Planned<#ty> = #function;
                            crate::schema::ToValue::to_value(function(values))
                        })
                    }
                }
                word => return Err(words::unknown(&meta.path, word, WORDS)),
            });
            Ok(())
        })?;
    }
    if secret {
        let (empty, null) = (
            format!("{description}{when_stored} Empty if `store_credentials` is `false`."),
            format!("{description}{when_stored} Null if `store_credentials` is `false`."),
        );
        calls.insert(0, quote! { .secret(#empty, #null) });
    }
    let output = quote! { crate::resource::Output::new::<#ty>(#name, #description) #(#calls)* };
    Ok((secret, output))
}
