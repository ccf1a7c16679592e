use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Fields, LitStr, Result};

use crate::documentation;

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(Error::new_spanned(
            &input.ident,
            "`Choice` is derived for an enum of unit variants",
        ));
    };
    let (mut open, mut kebab_case) = (false, false);
    for attribute in input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("choice"))
    {
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("open") {
                open = true;
                return Ok(());
            }
            if meta.path.is_ident("kebab_case") {
                kebab_case = true;
                return Ok(());
            }
            Err(meta.error("unknown word; on the enum there are `open` and `kebab_case`"))
        })?;
    }
    let variants = data.variants.iter().map(|variant| &variant.ident);
    let mut values = Vec::new();
    for variant in &data.variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "a choice has no fields"));
        }
        let mut value = variant.ident.to_string();
        if kebab_case {
            value = in_kebab_case(&value);
        }
        for attribute in variant
            .attrs
            .iter()
            .filter(|attribute| attribute.path().is_ident("choice"))
        {
            attribute.parse_nested_meta(|meta| {
                if meta.path.is_ident("value") {
                    value = meta.value()?.parse::<LitStr>()?.value();
                    return Ok(());
                }
                Err(meta.error("unknown word; on a variant there is only `value = \"…\"`"))
            })?;
        }
        let Some(meaning) = documentation::of(&variant.attrs) else {
            return Err(Error::new_spanned(
                variant,
                "no doc comment: say in a sentence what this value means; it becomes part of the page",
            ));
        };
        values.push(quote! { (#value.to_owned(), #meaning.to_owned()) });
    }
    let name = &input.ident;
    Ok(quote! {
        impl crate::schema::Choice for #name {
            fn choices() -> crate::schema::Choices {
                crate::schema::Choices { values: Vec::from([#(#values),*]), open: #open }
            }
        }
        impl crate::schema::Field for #name {
            fn shape() -> crate::schema::Shape {
                crate::schema::choice_shape::<Self>()
            }
        }
        impl #name {
            #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
            fn declared() {
                #(let _ = Self::#variants;)*
            }
        }
    })
}

/// `upsert-only` of `UpsertOnly`.
fn in_kebab_case(name: &str) -> String {
    let mut value = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !value.is_empty() {
            value.push('-');
        }
        value.extend(letter.to_lowercase());
    }
    value
}
