//! The provider as a plugin process of Terraform.

use std::process::ExitCode;
use std::sync::Arc;

use hikube::api::Environment;
use hikube::export;
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
    let mut arguments = std::env::args_os().skip(1);
    let code = if arguments
        .next()
        .is_some_and(|command| command == export::COMMAND)
    {
        runtime.block_on(export::run(&provider, arguments))
    } else {
        let server = protocol::server(Arc::clone(&provider));
        runtime.block_on(plugin::run(&PROGRAM, server, || provider.close()))
    };
    // A DNS lookup in progress must not delay the exit: Terraform kills the process after 2 s.
    runtime.shutdown_background();
    Ok(code)
}
