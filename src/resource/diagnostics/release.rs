use super::error::capitalised;
use crate::resource::resource_type::ResourceType;
use crate::schema::Diagnostics;

/// The platform does not serve a kind that not every release has.
pub(crate) fn unsupported_release_error(
    diagnostics: &mut Diagnostics,
    resource_type: &ResourceType,
    id: &str,
) {
    let requirement = resource_type.releases.requirement().unwrap_or_default();
    diagnostics.error(
        format!(
            "{} not supported by this platform: {id}",
            capitalised(&resource_type.title)
        ),
        format!(
            "`{}` requires {requirement}, and this platform does not serve it. Remove the resource, or connect the \
             provider to a platform that has it: check the kubeconfig, its context and `host`.",
            resource_type.type_name
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifecycle::Application;
    use crate::resource::Kind;

    #[test]
    fn the_error_names_the_release_that_introduced_the_kind() {
        let resource_type = ResourceType::of(&Kind {
            type_name: "hikube_vpc",
            title: "virtual network",
            since: Some("1.3"),
            ..Kind::new(&Application)
        });
        let mut diagnostics = Diagnostics::new();
        unsupported_release_error(&mut diagnostics, &resource_type, "tenant-acme/main");
        let error = diagnostics.iter().next().cloned();
        let (summary, detail) = error
            .map(|error| (error.summary, error.detail))
            .unwrap_or_default();
        assert_eq!(
            summary,
            "Virtual network not supported by this platform: tenant-acme/main"
        );
        assert!(detail.starts_with("`hikube_vpc` requires platform 1.3 or later, and"));
    }
}
