use crate::lifecycle::Application;
use crate::resource::diagnostics::release::unsupported_release_error;
use crate::resource::{Kind, ResourceType};
use crate::schema::Diagnostics;

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
