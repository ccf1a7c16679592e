//! The test harness: a platform, a workspace in which `terraform` runs with the provider, and direct access to the API.

mod api;
mod command;
mod events;
mod items;
mod pages;
mod plan;
mod platform;
mod workspace;

pub(crate) use api::Api;
pub(crate) use command::{Ran, Running, is_opentofu, minor_version, terraform};
pub(crate) use events::Events;
pub(crate) use items::Item;
pub(crate) use pages::{snippets, without_others};
pub(crate) use plan::Planned;
pub(crate) use platform::{Platform, standin_only, with_actions};
pub(crate) use workspace::Workspace;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

/// A unique name of lower-case letters and digits that begins with a letter, as required for tenants.
pub(crate) fn unique() -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = now.map_or(0, |now| now.as_secs()) % 1_000_000;
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("acc{seconds}p{}n{count}", std::process::id() % 100_000)
}

/// A resource `it` of a kind such as `bucket`, with the name of its workspace.
pub(crate) fn block(kind: &str, attributes: &str) -> String {
    format!("resource \"hikube_{kind}\" \"it\" {{\n  name = \"NAME\"\n  {attributes}\n}}\n")
}

/// Makes each function a test on each release: `name::on_0_41`, `name::on_1_3`, `name::on_1_6`.
macro_rules! on_each_release {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            $crate::harness::on_release!($name, on_0_41, V0_41);
            $crate::harness::on_release!($name, on_1_3, V1_3);
            $crate::harness::on_release!($name, on_1_6, V1_6);
        }
    )+};
}

/// Makes the function of the parent module a test on one release.
macro_rules! on_release {
    ($function:ident, $test:ident, $release:ident) => {
        #[test]
        fn $test() {
            if let Some(platform) =
                $crate::harness::Platform::start(hikube_standin::Release::$release)
            {
                super::$function(&platform);
            }
        }
    };
}

pub(crate) use {on_each_release, on_release};
