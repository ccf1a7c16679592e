use crate::protocol::convert::messages;
use crate::protocol::diagnostics::CallDiagnostics;
use crate::protocol::wire::Diagnostic;
use crate::provider::{DataSource, Provider};
use crate::resource::ResourceType;
use crate::schema::Diagnostics;

/// A managed resource by name, or an error.
pub(crate) fn resource_type<'a>(
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

/// A data source by name, or an error.
pub(crate) fn data_source<'a>(
    provider: &'a Provider,
    type_name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<DataSource<'a>> {
    known(
        provider.registry().data_source(type_name),
        type_name,
        diagnostics,
    )
}

pub(crate) fn known<T>(
    found: Option<T>,
    type_name: &str,
    diagnostics: &mut Diagnostics,
) -> Option<T> {
    if found.is_none() {
        unknown_type(type_name, diagnostics);
    }
    found
}

/// The type does not exist.
pub(crate) fn unknown_type(type_name: &str, diagnostics: &mut Diagnostics) {
    diagnostics.error(
        "Resource Type Not Found",
        format!("The provider has no `{type_name}`. The state or the configuration was made with another version."),
    );
}

/// The error for an unknown type.
pub(crate) fn none_of(type_name: &str) -> Vec<Diagnostic> {
    let mut diagnostics = CallDiagnostics::new();
    unknown_type(type_name, &mut diagnostics);
    messages(diagnostics)
}
