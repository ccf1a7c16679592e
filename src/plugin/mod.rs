//! Being a plugin of Terraform or OpenTofu: the process that go-plugin, the library on their side,
//! starts, speaks gRPC with and ends. Nothing here knows what a provider is.
//!
//! The life of the process: Terraform starts it with a cookie and its client certificate in the
//! environment; [`run`] listens on a socket, prints one line saying where and with which
//! certificate, and serves until `GRPCController.Shutdown`. Terraform kills it two seconds after
//! that. Standard output belongs to the one line, standard error to log lines.
//!
//! The size of messages is limited by whoever builds the service: tonic's 4 MiB are too little for
//! real states, and 256 MiB both ways (`max_decoding_message_size`, `max_encoding_message_size`)
//! is what HashiCorp's own SDK sets.

mod arguments;
mod broker;
mod connection;
mod controller;
mod debug;
mod environment;
mod guard;
mod handshake;
mod health;
mod listener;
mod log;
mod panic;
mod server;
mod signals;
#[cfg(unix)]
mod socket;
mod stdio;
mod stop;
mod tls;

/// Messages and services of go-plugin: controller, broker and standard output.
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]
#[rustfmt::skip]
#[path = "gen/plugin.rs"]
pub mod wire;

/// Messages and service of gRPC's health check.
#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]
#[rustfmt::skip]
#[path = "gen/health.rs"]
pub mod health_wire;

use std::convert::Infallible;
use std::io;
use std::process::ExitCode;

use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;

use arguments::Command;
use environment::Environment;

/// What the program is called, for its users and for Terraform.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The name of the executable, `terraform-provider-` and the provider's name.
    pub name: &'static str,
    /// The version, without a leading `v`.
    pub version: &'static str,
    /// The provider's source address with its host, e.g. `registry.terraform.io/hikube/hikube`.
    pub address: &'static str,
}

impl Program {
    /// The source address as it is written in `required_providers`, without the host.
    fn source(&self) -> &'static str {
        self.address
            .split_once('/')
            .map_or(self.address, |(_, source)| source)
    }

    /// The provider's own name, the last part of its address.
    fn provider(&self) -> &'static str {
        self.address.rsplit('/').next().unwrap_or(self.address)
    }
}

/// Why a plugin could not be started, or not go on.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Nothing to listen on.
    #[error("cannot listen: {0}")]
    Listen(String),
    /// The handshake line cannot be written.
    #[error("cannot tell the caller where this plugin listens: {0}")]
    Announce(#[source] io::Error),
    /// No certificate can be made, or the caller's cannot be read.
    #[error("cannot set up encryption: {0}")]
    Encryption(String),
    /// The handlers of signals cannot be installed.
    #[error("cannot watch for signals: {0}")]
    Signals(#[source] io::Error),
    /// The server ended by itself.
    #[error("the server ended: {0}")]
    Serve(#[from] tonic::transport::Error),
}

/// Runs the program: reads arguments and environment, and serves `provider` until told to stop.
///
/// Needs a tokio runtime with I/O and time. Installs the process's panic hook and log lines, and
/// handles SIGINT and SIGTERM. A panic of `provider` is an error of that one call. `shut_down` is called
/// at the end if it was the caller who asked for it, not if the caller died or a signal came.
///
/// The exit code is 0 after the caller's `Shutdown`, after its death, and after SIGINT with
/// `--debug`; 143 after SIGTERM; 1 when started by hand or when something fails, which is said on
/// standard error; 2 for arguments that mean nothing.
pub async fn run<S>(program: &Program, provider: S, shut_down: impl FnOnce()) -> ExitCode
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    panic::install(program);
    let environment = Environment::of_process();
    let ended = match Command::parse(std::env::args_os().skip(1)) {
        Command::Help => return arguments::print_help(program),
        Command::Version => return arguments::print_version(program),
        Command::Unknown(argument) => return arguments::reject(program, &argument),
        Command::Serve if !environment.is_from_core() => return arguments::explain(program),
        Command::Serve => {
            log::install(program);
            serve(program, provider, &environment).await
        }
        Command::Debug => {
            log::install(program);
            debug::serve(program, provider, &environment).await
        }
    };
    match ended {
        Ok(reason) => {
            if reason == stop::Reason::Shutdown {
                shut_down();
            }
            reason.exit_code()
        }
        Err(failure) => {
            // Terraform takes the level from a prefix like this one.
            arguments::complain(&format!("[ERROR] {}: {failure}", program.name));
            ExitCode::FAILURE
        }
    }
}

async fn serve<S>(
    program: &Program,
    provider: S,
    environment: &Environment,
) -> Result<stop::Reason, Failure>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>
        + NamedService
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send + 'static,
{
    if !handshake::is_spoken(&environment.versions) {
        tracing::error!(
            offered = environment.versions,
            "the caller does not speak protocol 6; Terraform 1.0 or OpenTofu 1.6 is the least"
        );
    }
    let identity = environment
        .client_certificate
        .as_deref()
        .map(tls::Identity::new)
        .transpose()?;
    let listener = listener::Listener::bind(environment).await?;
    let connections = connection::Connections::default();
    let stop = stop::Stop::default();
    // Before anyone learns of this process: a Ctrl-C reaches the whole process group.
    signals::watch(&stop, signals::Interrupt::Ignored)?;
    signals::watch_parent(&stop, &connections);
    let line = handshake::line(
        listener.address(),
        identity.as_ref().map(tls::Identity::certificate),
        environment.multiplex,
    );
    handshake::announce(&line).map_err(Failure::Announce)?;
    tracing::debug!(
        version = program.version,
        address = %listener.address(),
        encrypted = identity.is_some(),
        "serving"
    );
    let acceptor = identity.map(|identity| identity.acceptor());
    server::serve(provider, &listener, acceptor, &connections, &stop).await
}
