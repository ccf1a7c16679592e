/// The name, version and address of the provider.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The name of the executable, `terraform-provider-` and the provider's name.
    pub name: &'static str,
    /// The version, without a leading `v`.
    pub version: &'static str,
    /// The provider's source address with its host, for example `registry.terraform.io/hikube/hikube`.
    pub address: &'static str,
}

impl Program {
    /// The source address in `required_providers`, without the host.
    pub(super) fn source(&self) -> &'static str {
        self.address
            .split_once('/')
            .map_or(self.address, |(_, source)| source)
    }

    /// The provider's name, the last part of its address.
    pub(super) fn provider(&self) -> &'static str {
        self.address.rsplit('/').next().unwrap_or(self.address)
    }
}
