use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Field, Result};

use crate::spec::{fields, for_each, named};

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let entries = for_each(&fields(input, "ToValue")?, entry)?;
    let length = entries.len();
    Ok(quote! {
        impl crate::schema::ToValue for #name {
            fn to_value(self) -> crate::value::Value {
                let entries: [(&str, crate::value::Value); #length] = [#(#entries),*];
                crate::value::Value::map(entries)
            }
        }
    })
}

fn entry(field: &Field) -> Result<TokenStream> {
    let (name, _) = named(field)?;
    let ident = &field.ident;
    Ok(quote! { (#name, crate::schema::ToValue::to_value(self.#ident)) })
}
