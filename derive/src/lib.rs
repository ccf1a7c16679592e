//! `#[derive(Spec)]`, `#[derive(Choice)]`, `#[derive(Outputs)]` and `#[derive(ToValue)]`: the schema of a kind
//! from its Rust declaration.
//!
//! # `#[derive(Spec)]`
//!
//! For a struct with named, documented fields. A field's doc comment is the description of its attribute, and an
//! `Option` makes it optional. The words of `#[spec(...)]` declare the rest. They work at any depth:
//! in nested objects, in the entries of maps and in the items of lists.
//!
//! ## Values
//!
//! - `default = 2`: what the *platform* uses when the field is left out. It is documented and compared, never sent.
//! - `default_json = "[22]"`: the same for a list or an object, as JSON.
//! - `min = 1`, `max = 65535`: the range of a whole number, or of each in a collection.
//! - `pattern("[a-z]+", "lower-case letters")`: a regular expression for the whole text, and what it means.
//! - `bytes`, `cpu`: what an amount in a `String` is measured in. The types `Bytes`, `Cpu` and `Cores` imply it.
//! - `cron = 6`: a cron schedule of six fields, seconds first; `5` for an engine without seconds.
//! - `sensitive`: masked in a plan. The type `Secret` implies it.
//! - `write_only`: adds two attributes to a secret: `…_wo`, which Terraform does not keep, and `…_wo_version`, a
//!   change of which sends it again.
//! - `computed`: decided by the provider, or where it is optional by the provider if the configuration does not.
//! - `deprecated = "Use `size` instead."`: a warning where it is set.
//!
//! ```standalone_crate
//! # use hikube::{schema, value};
//! # use std::collections::{BTreeMap, BTreeSet};
//! use hikube::schema::{Bytes, Secret, Spec};
//!
//! #[derive(Spec)]
//! struct Database {
//!     /// Number of replicas.
//!     #[spec(default = 2, min = 1, max = 9)]
//!     replicas: Option<i64>,
//!     /// Ports that are open.
//!     #[spec(default_json = "[5432]", min = 1, max = 65535)]
//!     ports: Option<BTreeSet<i64>>,
//!     /// Name of the owner.
//!     #[spec(pattern("[a-z]+", "lower-case letters"))]
//!     owner: String,
//!     /// Size of each volume.
//!     size: Option<Bytes>,
//!     /// Limits by resource.
//!     #[spec(cpu)]
//!     limits: Option<BTreeMap<String, String>>,
//!     /// When a backup is made.
//!     #[spec(cron = 5, deprecated = "Use a backup plan instead.")]
//!     schedule: Option<String>,
//!     /// Password of the owner.
//!     #[spec(write_only)]
//!     password: Option<Secret>,
//! }
//! # fn main() {
//!
//! let attributes = Database::block().attributes;
//! assert_eq!(
//!     attributes[0].documentation(),
//!     "Number of replicas. Must be between 1 and 9. Defaults to `2`."
//! );
//! assert!(attributes.iter().any(|attribute| attribute.name == "password_wo_version"));
//! # }
//! ```
//!
//! ## Changes
//!
//! - `replace`: a change forces replacement.
//! - `grow_only`: shrinking is an error at plan.
//! - `set_by_platform`: the platform may set it where the configuration does not; it is kept, and is not drift.
//! - `keeps_volumes`, beside `grow_only`: the size of volumes that the platform cannot enlarge; a warning at plan.
//! - `one_or_many = "They store data differently."`: a number; a change between 1 and more is an error at plan.
//! - `upgrade_only`: a version; a downgrade is an error at plan.
//! - `one_minor_at_a_time`: the same, and so is an upgrade that skips a minor version.
//! - `on_restart`: a change takes effect when the machine restarts; a warning at plan.
//! - `on_first_boot = "seed"`: it is read on the first boot only, or on the next one after a change of the attribute
//!   beside it that is named; a warning at plan.
//! - `stopped = "Halted"`: the value with which nothing runs, so that nothing needs a restart.
//! - `loses = "the database and its data"`: what is deleted with an entry of a map or a named item of a list, or by
//!   turning a flag off; a warning at plan, an error with `deletion_protection`.
//! - `implicit_entry = "md0"`: the entry that the platform has where the map has none.
//!
//! ```standalone_crate
//! # use hikube::{schema, value};
//! # use std::collections::BTreeMap;
//! use hikube::schema::{Bytes, Spec};
//!
//! #[derive(Spec)]
//! struct Cluster {
//!     /// Version.
//!     #[spec(default = "v1.35", one_minor_at_a_time)]
//!     version: Option<String>,
//!     /// Whether it runs.
//!     #[spec(stopped = "Halted")]
//!     run_strategy: Option<String>,
//!     /// Pools of nodes, by name.
//!     #[spec(loses = "the pool and its data", implicit_entry = "md0")]
//!     pools: Option<BTreeMap<String, Pool>>,
//! }
//!
//! #[derive(Spec)]
//! struct Pool {
//!     /// Size of each disk.
//!     #[spec(grow_only)]
//!     size: Option<Bytes>,
//!     /// Number of nodes.
//!     #[spec(one_or_many = "One node stores its data in another way.")]
//!     nodes: Option<i64>,
//!     /// Storage class of the disks.
//!     #[spec(replace)]
//!     storage_class: Option<String>,
//!     /// Engine version.
//!     #[spec(upgrade_only)]
//!     engine: Option<String>,
//!     /// Type of the machines.
//!     #[spec(on_restart)]
//!     instance_type: Option<String>,
//!     /// What is run at boot.
//!     #[spec(on_first_boot = "seed")]
//!     cloud_init: Option<String>,
//!     /// A change makes the next boot a first one.
//!     seed: Option<String>,
//! }
//! # fn main() {
//!
//! let pools = &Cluster::block().attributes[2];
//! let size = &pools.shape.nested().map(|pool| pool.attributes[0].documentation());
//! assert_eq!(size.as_deref(), Some("Size of each disk. Can only grow."));
//! # }
//! ```
//!
//! ## The platform
//!
//! - `api = "endpointURL"`: the API's name where it is not the attribute's in camelCase.
//! - `since = "1.6"`, `until = "0.41"`: the first and the last platform release that has the field. Nested attributes
//!   have the releases of what they are in.
//! - `instead = "Use X."`, after `until`: what later releases have in its place, as a sentence of messages.
//! - `renamed_from = "ephemeralStorage"`: the API's name in earlier releases. It becomes an attribute that is an error
//!   and names today's.
//! - `value_map("Always" = true, "Halted" = false)`, after `renamed_from`: today's values, and the former ones that
//!   mean the same.
//! - `was_map = "name"`: a list of objects that was a map in earlier releases, keyed by this field of the objects.
//! - `was_list = "name"`: a map of objects that was a list in earlier releases, with the key in this field.
//! - `alias_of = "networks"`: the attribute beside it that means the same. Where the platform fills both, a read shows
//!   the one that the state has.
//! - `always_send`: sent even when left out, because the platform fills in no default there.
//! - `keys("[a-z]+", "must …")`: a regular expression for the whole of each key of a map, and what it means.
//! - `key_in("db-{name}-{key}", 63)`, after `keys`: the name on the platform that a key becomes part of, and its
//!   greatest length. `{name}` is the resource's.
//!
//! ```standalone_crate
//! # use hikube::{schema, value};
//! # use std::collections::BTreeMap;
//! use hikube::schema::Spec;
//!
//! #[derive(Spec)]
//! struct Network {
//!     /// URL of the gateway.
//!     #[spec(api = "gatewayURL", since = "1.3")]
//!     gateway_url: Option<String>,
//!     /// Whether it is isolated.
//!     #[spec(until = "0.41", instead = "Later releases isolate every tenant.")]
//!     isolated: Option<bool>,
//!     /// When it runs.
//!     #[spec(renamed_from = "running", value_map("Always" = true, "Halted" = false))]
//!     run_strategy: Option<String>,
//!     /// Subnets.
//!     #[spec(was_map = "name")]
//!     subnets: Option<Vec<Subnet>>,
//!     /// Networks it is connected to.
//!     #[spec(alias_of = "subnets", was_map = "name")]
//!     networks: Option<Vec<Subnet>>,
//!     /// Routers, by name.
//!     #[spec(
//!         was_list = "name",
//!         keys("[a-z]+", "must consist of lower-case letters"),
//!         key_in("router-{name}-{key}", 63)
//!     )]
//!     routers: Option<BTreeMap<String, Router>>,
//! }
//!
//! #[derive(Spec)]
//! struct Subnet {
//!     /// Name.
//!     name: String,
//! }
//!
//! #[derive(Spec)]
//! struct Router {
//!     /// Number of replicas.
//!     #[spec(always_send, default = 1)]
//!     replicas: Option<i64>,
//! }
//! # fn main() {
//!
//! let block = Network::block();
//! assert_eq!(block.attributes[0].api, "gatewayURL");
//! assert!(block.attribute("running").is_some_and(|former| former.deprecated.is_some()));
//! # }
//! ```
//!
//! ## Rules
//!
//! `#[spec(rules(function, …))]` on the struct names checks between its attributes, and
//! `#[spec(platform_rules(function, …))]` those that depend on the release of the platform.
//!
//! ```standalone_crate
//! # use hikube::{schema, value};
//! use hikube::schema::{Scope, Spec};
//!
//! #[derive(Spec)]
//! #[spec(rules(one_source))]
//! struct Source {
//!     /// Image.
//!     image: Option<String>,
//!     /// URL.
//!     url: Option<String>,
//! }
//!
//! fn one_source(scope: &mut Scope<'_>) {
//!     scope.at_most_one(&["image", "url"]);
//! }
//! # fn main() {}
//! ```
//!
//! # `#[derive(Choice)]`
//!
//! For an enum of documented variants without fields, each of which is a value.
//!
//! - `#[choice(value = "v1.35")]` on a variant: the value, where it is not the variant's name.
//! - `#[choice(open)]` on the enum: a platform may know more values.
//! - `#[choice(kebab_case)]` on the enum: the values are the variants' names in kebab case, `upsert-only` for
//!   `UpsertOnly`.
//!
//! ```standalone_crate
//! # use hikube::{schema, value};
//! use hikube::schema::Choice;
//!
//! #[derive(Choice)]
//! #[choice(open)]
//! enum Version {
//!     /// The newest one.
//!     #[choice(value = "v1.35")]
//!     V1_35,
//! }
//! # fn main() {
//!
//! assert!(Version::choices().open && Version::choices().contains("v1.35"));
//! # }
//! ```
//!
//! # `#[derive(Outputs)]`
//!
//! For the struct of what the platform reports of a kind's objects beside what every kind has. It is built from what
//! was observed of an object, so that no attribute can be misspelt or left out. A doc comment is the description of an
//! attribute. The words of `#[output(...)]` on a field:
//!
//! - `unknown_when_changed("users")`: an update of one of these attributes makes it unknown in the plan.
//! - `use_state_for_unknown`: once it has a value, it keeps it in every update.
//! - `known_at_plan = function`: a `fn(&Value) -> Planned<T>` from the planned attributes: its value after the apply,
//!   as far as it follows from them.
//! - `secret`: sensitive, not stored where `store_credentials` is `false`, and given by an ephemeral resource.
//! - `when_stored = "…"`: a sentence that holds of a secret in a resource or a data source only.
//!
//! ```standalone_crate
//! # use hikube::{resource, schema, value};
//! use hikube::resource::{Outputs, Planned};
//! use hikube::value::Value;
//!
//! #[derive(Outputs)]
//! struct Access {
//!     /// Port.
//!     #[output(known_at_plan = |_: &Value| Planned::Known(5432))]
//!     port: i64,
//!     /// Address.
//!     #[output(unknown_when_changed("external"))]
//!     address: Option<String>,
//!     /// Name of the bucket.
//!     #[output(use_state_for_unknown)]
//!     bucket: Option<String>,
//!     /// Key.
//!     #[output(secret, when_stored = "It is in the state.")]
//!     key: Option<String>,
//! }
//! # fn main() {
//!
//! assert!(Access::HAS_CREDENTIALS);
//! # }
//! ```
//!
//! # `#[derive(ToValue)]`
//!
//! Beside `Spec`, for a struct that is nested in the one of the outputs.

mod choice;
mod documentation;
mod outputs;
mod spec;
#[cfg(test)]
mod tests;
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
