//! Being started by hand, for use with a debugger or in a loop of edits and runs: Terraform is told
//! by an environment variable where the process is, and neither starts nor ends it.

use std::convert::Infallible;
use std::io::{self, Write};

use serde_json::json;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;

use super::connection::Connections;
use super::environment::Environment;
use super::listener::{Address, Listener};
use super::signals::{self, Interrupt};
use super::stop::{Reason, Stop};
use super::{Failure, Program, server};

/// Serves without encryption, to any number of runs one after another, until SIGINT or SIGTERM.
///
/// # Errors
///
/// As the plugin proper.
pub(super) async fn serve<S>(
    program: &Program,
    provider: S,
    environment: &Environment,
) -> Result<Reason, Failure>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    let listener = Listener::bind(environment).await?;
    let (connections, stop) = (Connections::default(), Stop::default());
    signals::watch(&stop, Interrupt::Ends)?;
    announce(&reattach(program.address, listener.address())).map_err(Failure::Announce)?;
    server::serve(provider, &listener, None, &connections, &stop).await
}

/// The text by which Terraform finds this process. Without `Test` it takes the version of the
/// protocol for 5 and dies.
fn reattach(provider: &str, address: &Address) -> String {
    let attachment = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": { "Network": address.network, "String": address.place },
    });
    json!({ provider: attachment }).to_string()
}

/// In the words of HashiCorp's SDK, which editors look for.
fn announce(reattach: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment \
         variable with the following:\n\n\tTF_REATTACH_PROVIDERS='{reattach}'\n"
    )?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_terraform_reads() -> serde_json::Result<()> {
        let address = Address {
            network: "unix",
            place: "/tmp/plugin1".to_owned(),
        };
        let text = reattach("registry.terraform.io/hikube/hikube", &address);
        let value: serde_json::Value = serde_json::from_str(&text)?;
        let attachment = &value["registry.terraform.io/hikube/hikube"];
        assert_eq!(attachment["Protocol"], "grpc");
        assert_eq!(attachment["ProtocolVersion"], 6);
        assert_eq!(attachment["Test"], true);
        assert_eq!(attachment["Pid"], std::process::id());
        assert_eq!(attachment["Addr"]["Network"], "unix");
        assert_eq!(attachment["Addr"]["String"], "/tmp/plugin1");
        Ok(())
    }
}
