use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Error, Field, Fields, Path, Result, Token, punctuated::Punctuated};

use crate::documentation;
use crate::words::Words;

/// Names that Terraform keeps for itself in a resource or a provider block.
const RESERVED: &[&str] = &[
    "alias",
    "connection",
    "count",
    "depends_on",
    "for_each",
    "lifecycle",
    "provider",
    "provisioner",
];

pub(crate) fn expand(input: &DeriveInput) -> Result<TokenStream> {
    let name = &input.ident;
    let fields = fields(input, "Spec")?;
    let names: Vec<_> = fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .collect();
    let rules = rules(input, "rules")?;
    let platform_rules = self::rules(input, "platform_rules")?;
    let attributes = for_each(&fields, attribute)?;
    Ok(quote! {
        impl crate::schema::Spec for #name {
            fn block() -> crate::schema::Block {
                crate::schema::Block {
                    attributes: Vec::from([#(#attributes),*]),
                    rules: vec![#(#rules),*],
                    platform_rules: vec![#(#platform_rules),*],
                    former_spec: None,
                    is_entry: false,
                }
            }
        }
        impl crate::schema::Field for #name {
            fn shape() -> crate::schema::Shape {
                crate::schema::object_shape::<Self>()
            }
        }
        impl #name {
            #[allow(dead_code, reason = "a declaration is read by the derive and never built")]
            fn declared(&self) {
                #(let _ = &self.#names;)*
            }
        }
    })
}

/// The fields of a struct that `derive` is written at.
pub(crate) fn fields<'a>(input: &'a DeriveInput, derive: &str) -> Result<Vec<&'a Field>> {
    let name = &input.ident;
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields.named.iter().collect()),
            Fields::Unit => Ok(Vec::new()),
            Fields::Unnamed(_) => Err(Error::new_spanned(
                name,
                format!("`{derive}` needs fields with names"),
            )),
        },
        _ => Err(Error::new_spanned(
            name,
            format!("`{derive}` is derived for a struct with named fields"),
        )),
    }
}

/// What is made of each field, or the errors of all of them.
pub(crate) fn for_each<T>(fields: &[&Field], make: impl Fn(&Field) -> Result<T>) -> Result<Vec<T>> {
    let mut made = Vec::new();
    let mut errors: Option<Error> = None;
    for field in fields {
        match make(field) {
            Ok(one) => made.push(one),
            Err(error) => match &mut errors {
                Some(errors) => errors.combine(error),
                None => errors = Some(error),
            },
        }
    }
    errors.map_or(Ok(made), Err)
}

/// The name of a field's attribute, and its description.
pub(crate) fn named(field: &Field) -> Result<(String, String)> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "a field without a name"));
    };
    let name = ident.to_string();
    let name = name.trim_start_matches("r#");
    if RESERVED.contains(&name) {
        return Err(Error::new_spanned(
            ident,
            format!(
                "Terraform keeps the name `{name}` for itself; choose another and give the API's with `api = \"{name}\"`"
            ),
        ));
    }
    let Some(description) = documentation::of(&field.attrs) else {
        return Err(Error::new_spanned(
            ident,
            format!(
                "`{name}` has no doc comment: say what it is, with its unit and what changing it does; it becomes the attribute's description"
            ),
        ));
    };
    Ok((name.to_owned(), description))
}

fn rules(input: &DeriveInput, word: &str) -> Result<Vec<Path>> {
    let mut rules = Vec::new();
    for attribute in input
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("spec"))
    {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rules") && !meta.path.is_ident("platform_rules") {
                return Err(meta.error(
                    "unknown word; on the struct there are only `rules(function, …)` and \
                     `platform_rules(function, …)`",
                ));
            }
            let content;
            syn::parenthesized!(content in meta.input);
            let functions = Punctuated::<Path, Token![,]>::parse_terminated(&content)?;
            if meta.path.is_ident(word) {
                rules.extend(functions);
            }
            Ok(())
        })?;
    }
    Ok(rules)
}

fn attribute(field: &Field) -> Result<TokenStream> {
    let (name, description) = named(field)?;
    let words = Words::of(field)?;
    let api = words.api.unwrap_or_else(|| camel_case(&name));
    let (kind, calls) = (&field.ty, words.calls);
    let attribute =
        quote! { crate::schema::Attribute::new::<#kind>(#name, #api, #description) #(#calls)* };
    if let Some(former) = words.renamed_from.as_deref().map(snake_case)
        && former != name
    {
        let description = format!("Former name of `{name}`.");
        let instead = format!("Use `{name}` instead.");
        return Ok(quote! {
            #attribute,
            crate::schema::Attribute::new::<Option<String>>(#former, "", #description)
                .deprecated(#instead)
                .beside(crate::schema::AttributeRole::Renamed { to: #name })
        });
    }
    if !words.write_only {
        return Ok(attribute);
    }
    let (write_only, version) = (format!("{name}_wo"), format!("{name}_wo_version"));
    let beside = words.beside;
    let write_only_description = format!(
        "Write-only alternative to `{name}`: kept neither in the plan nor in the state, so it can come from an \
         ephemeral resource or variable. Sent on create and whenever `{version}` changes. Conflicts with `{name}`. \
         Requires `{version}`, and Terraform 1.11 or OpenTofu 1.11."
    );
    let version_description = format!(
        "Any number. Changing it sends `{write_only}` again. While it is set, changes made to the secret by \
         others are not detected."
    );
    Ok(quote! {
        #attribute.write_only(#write_only, #version),
        crate::schema::Attribute::new::<Option<crate::schema::Secret>>(
            #write_only, "", #write_only_description
        ) #(#beside)* .beside(crate::schema::AttributeRole::WriteOnly),
        crate::schema::Attribute::new::<Option<i64>>(#version, "", #version_description)
            #(#beside)* .beside(crate::schema::AttributeRole::Version)
    })
}

fn snake_case(name: &str) -> String {
    name.chars().fold(String::new(), |mut result, letter| {
        if letter.is_ascii_uppercase() {
            result.push('_');
        }
        result.push(letter.to_ascii_lowercase());
        result
    })
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut result, word| {
        let mut letters = word.chars();
        result.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        result.extend(letters);
        result
    })
}
