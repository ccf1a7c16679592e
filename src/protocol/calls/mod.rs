//! The calls with something to do, one file for each subject.

mod data_source;
mod ephemeral;
mod meta;
mod provider;
mod resource;
mod state;

pub(super) use meta::none_of;

use crate::provider::Provider;
use crate::resource::ResourceType;
use crate::schema::Diagnostics;

/// A managed resource by its name, or a message.
fn resource_type<'a>(
    provider: &'a Provider,
    type_name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a ResourceType> {
    known(
        provider.registry().resource(type_name),
        type_name,
        diagnostics,
    )
}

/// A data source by its name, or a message.
fn data_source<'a>(
    provider: &'a Provider,
    type_name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a ResourceType> {
    known(
        provider.registry().data_source(type_name),
        type_name,
        diagnostics,
    )
}

fn known<T>(found: Option<T>, type_name: &str, diagnostics: &mut Diagnostics) -> Option<T> {
    if found.is_none() {
        unknown_type(type_name, diagnostics);
    }
    found
}

/// There is no such type.
fn unknown_type(type_name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        "Resource Type Not Found",
        format!("The provider has no `{type_name}`. The state or the configuration was made with another version."),
    );
}
