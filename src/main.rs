//! The provider as a plugin process: Terraform starts it, speaks with it and ends it.

use std::process::ExitCode;
use std::sync::Arc;

use hikube::api::Environment;
use hikube::plugin::{self, Program};
use hikube::protocol;
use hikube::provider::Provider;

const PROGRAM: Program = Program {
    name: "terraform-provider-hikube",
    version: env!("CARGO_PKG_VERSION"),
    address: "registry.terraform.io/hikube/hikube",
};

fn main() -> std::io::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let provider = Arc::new(Provider::new(Environment::of_process()));
    let server = protocol::server(Arc::clone(&provider));
    let code = runtime.block_on(plugin::run(&PROGRAM, server, || provider.close()));
    // A name that is still being looked up must not hold the process: Terraform kills it after 2 s.
    runtime.shutdown_background();
    Ok(code)
}
