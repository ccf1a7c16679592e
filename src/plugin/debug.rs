//! Debug mode: the process is started by hand, for example with a debugger. The client finds it by an environment
//! variable, and does not start or stop it.

use std::io::{self, Write};

use serde_json::json;

use super::connection::Connections;
use super::endpoint::Endpoint;
use super::environment::Environment;
use super::error::Error;
use super::listener::Listener;
use super::program::Program;
use super::server;
use super::service::ProviderService;
use super::signals::{self, Interrupt};
use super::stop::{Reason, Stop};

/// Serves any number of clients without TLS, until SIGINT or SIGTERM.
///
/// # Errors
///
/// As for the plugin itself.
pub(super) async fn serve(
    program: &Program,
    provider: impl ProviderService,
    environment: &Environment,
) -> Result<Reason, Error> {
    let listener = Listener::bind(environment).await?;
    let (connections, stop) = (Connections::default(), Stop::default());
    signals::handle(&stop, Interrupt::Ends)?;
    print(&reattach_providers(program.address, listener.endpoint())).map_err(Error::Handshake)?;
    server::serve(provider, &listener, None, &connections, &stop).await
}

/// The value of `TF_REATTACH_PROVIDERS`. Without `Test`, Terraform assumes protocol version 5 and crashes.
fn reattach_providers(provider: &str, endpoint: &Endpoint) -> String {
    let attachment = json!({
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": { "Network": endpoint.network, "String": endpoint.address },
    });
    json!({ provider: attachment }).to_string()
}

/// Prints the message of HashiCorp's SDK, which editors parse.
fn print(reattach_providers: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    writeln!(
        output,
        "Provider started. To attach Terraform CLI, set the TF_REATTACH_PROVIDERS environment \
         variable with the following:\n\n\tTF_REATTACH_PROVIDERS='{reattach_providers}'\n"
    )?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reattach_providers_has_the_format_of_terraform() -> serde_json::Result<()> {
        let endpoint = Endpoint {
            network: "unix",
            address: "/tmp/plugin1".to_owned(),
        };
        let text = reattach_providers("registry.terraform.io/hikube/hikube", &endpoint);
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
