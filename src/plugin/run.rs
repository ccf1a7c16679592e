use std::process::ExitCode;

use super::arguments::{self, Command};
use super::environment::Environment;
use super::error::Error;
use super::program::Program;
use super::service::ProviderService;
use super::{connection, debug, handshake, listener, log, panic, server, signals, stop, tls};

/// Runs the program: parses arguments and environment, and serves `provider` until it is stopped.
///
/// Requires a tokio runtime with I/O and time. Installs the panic hook and the log subscriber of the process, and
/// handles SIGINT and SIGTERM. A panic of `provider` is an error of that call. `on_shutdown` is called at the end
/// if the client requested the shutdown, but not after its death or a signal.
///
/// The exit code is 0 after a shutdown, after the death of the client, and after SIGINT with `--debug`; 143 after
/// SIGTERM; 1 without the handshake cookie and after an error; 2 for invalid arguments. Errors are printed on
/// standard error.
pub async fn run(
    program: &Program,
    provider: impl ProviderService,
    on_shutdown: impl FnOnce(),
) -> ExitCode {
    panic::install(program);
    let environment = Environment::of_process();
    let ended = match Command::parse(std::env::args_os().skip(1)) {
        Command::Help => return arguments::print_help(program),
        Command::Version => return arguments::print_version(program),
        Command::Unknown(argument) => return arguments::reject(program, &argument),
        Command::Serve if !environment.has_cookie() => return arguments::explain(program),
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
                on_shutdown();
            }
            reason.exit_code()
        }
        Err(error) => {
            // Terraform parses the level from this prefix.
            arguments::print_error(&format!("[ERROR] {}: {error}", program.name));
            ExitCode::FAILURE
        }
    }
}

async fn serve(
    program: &Program,
    provider: impl ProviderService,
    environment: &Environment,
) -> Result<stop::Reason, Error> {
    if !handshake::is_offered(&environment.versions) {
        tracing::error!(
            offered = environment.versions,
            "the client does not support protocol 6: Terraform 1.0 or OpenTofu 1.6 is required"
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
    // Before the handshake: Control-C reaches the whole process group.
    signals::handle(&stop, signals::Interrupt::Ignored)?;
    signals::watch_parent(&stop, &connections);
    let line = handshake::line(
        listener.endpoint(),
        identity.as_ref().map(tls::Identity::certificate),
        environment.multiplex,
    );
    handshake::print(&line).map_err(Error::Handshake)?;
    tracing::debug!(
        version = program.version,
        endpoint = %listener.endpoint(),
        tls = identity.is_some(),
        "serving"
    );
    let acceptor = identity.map(|identity| identity.acceptor());
    server::serve(provider, &listener, acceptor, &connections, &stop).await
}
