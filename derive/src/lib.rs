//! `#[derive(Spec)]`, `#[derive(Choice)]`, `#[derive(Outputs)]` and `#[derive(ToValue)]`: the schema of a kind
//! from its Rust declaration.
//!
//! # `#[derive(Spec)]`
//!
//! For a struct with named, documented fields. A field's doc comment is the attribute's description; an
//! `Option` makes it optional. The words of `#[spec(...)]` on a field:
//!
//! | word | meaning |
//! |---|---|
//! | `default = 2` | what the *platform* uses when the field is left out; documented and compared, never sent (a JSON literal in a string for objects and lists: `default_json = "[22]"`) |
//! | `min = 1`, `max = 65535` | the range of a whole number |
//! | `pattern("[a-z]+", "lower-case letters")` | a regular expression for the whole string, and its words |
//! | `bytes`, `cpu` | what an amount in a `String` is counted in (`Bytes`, `Cpu` and `Cores` bring it along) |
//! | `cron = 6` | a cron schedule of six fields, seconds first; `5` where the engine reads none |
//! | `replace` | a change forces replacement |
//! | `loses = "the database and its data"` | what is deleted with an entry of the map, or by turning it off: a warning at plan, an error with `deletion_protection` |
//! | `implicit_entry = "md0"` | the entry that the platform has where the map has none |
//! | `keys("[a-z]+", "must …")` | a regular expression for the whole of each key of the map, and the same in words |
//! | `key_in("db-{name}-{key}", 63)` | after `keys`: the name on the platform that a key becomes part of, and its greatest length; `{name}` is the resource's |
//! | `grow_only` | shrinking is an error at plan |
//! | `upgrade_only` | a version: a downgrade is an error at plan |
//! | `one_minor_at_a_time` | the same, and so is an upgrade over two minor versions or more |
//! | `on_restart` | a change reaches what already runs when it restarts: a warning at plan |
//! | `on_first_boot = "seed"` | it is read on the first boot only, or on the next one after a change of the attribute named: a warning at plan |
//! | `stopped = "Halted"` | the value with which nothing runs, so that nothing needs a restart |
//! | `explicit` | sent even when left out, because the platform fills no default there |
//! | `computed` | decided by the provider |
//! | `write_only` | two attributes more beside a secret: `…_wo`, which Terraform keeps nowhere, and `…_wo_version`, with which it is sent again |
//! | `sensitive` | masked in a plan (`Secret` brings it along) |
//! | `deprecated = "Use … instead."` | warns |
//! | `api = "endpointURL"` | the API's name where camelCase is not it |
//! | `alias_of = "networks"` | the attribute beside it that means the same; where the platform fills both alike, a read shows the one that the state has |
//! | `renamed_from = "ephemeralStorage"` | the API's name before a platform release; given as an attribute, it is an error that names today's |
//! | `said("Always" = true, "Halted" = false)` | the old values that say the same under the former name |
//! | `since = "1.6"`, `until = "0.41"` | the platform releases that have the field |
//!
//! On the struct: `#[spec(rules(function, …))]`, checks between its attributes, and
//! `#[spec(platform_rules(function, …))]`, those that depend on the release of the platform.
//!
//! # `#[derive(Choice)]`
//!
//! For an enum of documented unit variants. `#[choice(value = "v1.35")]` on a variant gives another value
//! than its name; `#[choice(open)]` on the enum says that a platform may know more.
//!
//! # `#[derive(Outputs)]`
//!
//! For the struct of what the platform reports of a kind's objects beside what every kind has. It is built
//! from what was observed of an object, so that no attribute can be misspelt or left out. A doc comment is the
//! attribute's description. The words of `#[output(...)]` on a field:
//!
//! | word | meaning |
//! |---|---|
//! | `unknown_when_changed("users")` | an update of one of these attributes makes it unknown in the plan |
//! | `use_state_for_unknown` | once it has a value, it keeps it in every update |
//! | `known_at_plan = function` | a `fn(&Value) -> Planned<T>` from the planned attributes: its value after the apply, as far as it follows from them |
//! | `secret` | sensitive, not stored where `store_credentials` is `false`, and given by an ephemeral resource |
//! | `when_stored = "…"` | a sentence that only holds of a secret in a resource and a data source |
//!
//! # `#[derive(ToValue)]`
//!
//! Beside `Spec`, for a struct nested in the one of the outputs.

mod choice;
mod documentation;
mod outputs;
mod spec;
mod to_value;
mod words;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `Spec` and `Field` for a struct. See the crate's documentation for the words.
#[proc_macro_derive(Spec, attributes(spec))]
pub fn derive_spec(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    spec::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Derives `Choice` and `Field` for an enum. See the crate's documentation for the words.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    choice::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Derives `Outputs` and `ToValue` for a struct. See the crate's documentation for the words.
#[proc_macro_derive(Outputs, attributes(output))]
pub fn derive_outputs(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    outputs::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Derives `ToValue` for a struct: its value is an object of its fields.
#[proc_macro_derive(ToValue)]
pub fn derive_to_value(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    to_value::expand(&input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
