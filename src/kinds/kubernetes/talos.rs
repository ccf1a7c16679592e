use crate::schema::{Json, Spec};

#[derive(Spec)]
pub(super) struct Talos {
    /// Release of Talos Linux, which must support the Kubernetes `version`. Changing this replaces all nodes one
    /// at a time.
    #[spec(
        default = "v1.13.6",
        pattern("v[0-9].*", "a release such as `v1.13.6`")
    )]
    version: Option<String>,
    /// Schematic ID of the image factory, which selects system extensions and kernel arguments. The default is
    /// plain Talos. Changing this replaces all nodes one at a time.
    #[spec(
        default = "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515",
        api = "schematicID"
    )]
    schematic_id: Option<String>,
    /// URL of the image factory or of a mirror, without a trailing slash. Changing this replaces all nodes one at a
    /// time.
    #[spec(
        default = "https://factory.talos.dev",
        api = "imageFactoryURL",
        pattern("https?://.*[^/]", "a URL without a trailing slash")
    )]
    image_factory_url: Option<String>,
    /// Registry and path of the images for Talos upgrades, without a trailing slash.
    #[spec(
        default = "factory.talos.dev/installer",
        pattern(".*[^/]", "a registry and path without a trailing slash")
    )]
    installer_repository: Option<String>,
    /// Mirrors of image registries, keyed by the host of the registry, as in `machine.registries.mirrors` of Talos:
    /// `jsonencode({ "ghcr.io" = { endpoints = ["https://mirror.example.com"] } })`. If no mirror answers, nodes pull
    /// from the registry itself, unless `skipFallback` is `true`.
    #[spec(since = "1.7")]
    registry_mirrors: Option<Json>,
}

#[derive(Spec)]
pub(super) struct Images {
    /// Image with `kubectl` that prepares the cluster for its nodes. Defaults to the platform's image.
    #[spec(default = "")]
    kubectl: Option<String>,
    /// Image that signs the certificates of the nodes. Defaults to the platform's image. Changing this restarts the
    /// control plane one replica at a time.
    #[spec(default = "")]
    talos_csr_signer: Option<String>,
    /// Image that waits for the kubeconfig before helpers start. Defaults to the platform's image.
    #[spec(default = "")]
    wait_for_kubeconfig: Option<String>,
}
