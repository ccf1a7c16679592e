use crate::schema::Spec;

/// Talos Linux, the operating system of the nodes.
#[derive(Spec)]
pub(super) struct Talos {
    /// The release of Talos. It must support the `version` of Kubernetes. Changing it replaces
    /// every node, one after another.
    #[spec(
        default = "v1.13.6",
        since = "1.6",
        pattern("v[0-9].*", "a release such as `v1.13.6`")
    )]
    version: Option<String>,
    /// Which build of Talos: the identity the image factory gives to a set of extensions and kernel
    /// arguments. The platform's own choice is plain Talos. Changing it replaces every node, one
    /// after another.
    #[spec(
        default = "ce4c980550dd2ab1b17bbf2b08801c7eb59418eafe8f279833297925d67c7515",
        api = "schematicID",
        since = "1.6"
    )]
    schematic_id: Option<String>,
    /// The image factory that nodes' disks are made from, or a mirror of it, without a slash at the
    /// end. Changing it replaces every node, one after another.
    #[spec(
        default = "https://factory.talos.dev",
        api = "imageFactoryURL",
        since = "1.6",
        pattern("https?://.*[^/]", "a URL without a slash at its end")
    )]
    image_factory_url: Option<String>,
    /// The registry and path that upgrades of Talos are pulled from, without a slash at the end.
    #[spec(
        default = "factory.talos.dev/installer",
        since = "1.6",
        pattern(".*[^/]", "a registry and path without a slash at its end")
    )]
    installer_repository: Option<String>,
}

/// Images of helpers, for platforms that pull from a registry of their own.
#[derive(Spec)]
pub(super) struct Images {
    /// The image with `kubectl` that prepares the cluster for its nodes. Left out, the platform's.
    #[spec(default = "", since = "1.6")]
    kubectl: Option<String>,
    /// The image that signs the nodes' certificates. Left out, the platform's. Changing it restarts
    /// the control plane, one copy after another.
    #[spec(default = "", since = "1.6")]
    talos_csr_signer: Option<String>,
    /// The image that waits for the kubeconfig before helpers start. Left out, the platform's.
    #[spec(default = "", since = "1.6")]
    wait_for_kubeconfig: Option<String>,
}
