//! The calls with something to do, one file for each subject.

mod data_source;
mod ephemeral;
mod meta;
mod provider;
mod resource;
mod state;

pub(super) use meta::none_of;

use crate::provider::Provider;
use crate::resource::Model;
use crate::schema::Diagnostics;

/// A kind by its type name, or a message.
fn model<'a>(
    provider: &'a Provider,
    type_name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<&'a Model> {
    let model = provider.model(type_name);
    if model.is_none() {
        unknown_type(type_name, diagnostics);
    }
    model
}

/// There is no such type.
fn unknown_type(type_name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        "Resource Type Not Found",
        format!("The provider has no `{type_name}`. The state or the configuration was made with another version."),
    );
}
