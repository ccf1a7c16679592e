//! The stand-in as a program: starts it, prints its address, and waits until it ends.
use hikube_standin::arguments::{self, HELP, Request, Run};
use hikube_standin::{End, Standin};
use std::io::Read;
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)) {
        Ok(Request::Help) => {
            say(HELP.trim_end());
            ExitCode::SUCCESS
        }
        Ok(Request::Run(run)) => serve(*run).unwrap_or_else(|error| {
            complain(&format!("hikube-standin: {error}"));
            ExitCode::FAILURE
        }),
        Err(why) => {
            complain(&format!("hikube-standin: {why}"));
            ExitCode::from(64)
        }
    }
}

fn serve(run: Run) -> std::io::Result<ExitCode> {
    let platform = run.options.platform;
    let kubeconfig = run.options.kubeconfig.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let end = runtime.block_on(async {
        // Installed before the address is printed, so that an early signal has a handler.
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut running = Standin::start(run.options)?;
        let url = &running.url;
        let kubeconfig = kubeconfig.map_or("none".to_owned(), |file| file.display().to_string());
        say(&format!(
            "listening on {url} (platform {platform}, kubeconfig {kubeconfig})"
        ));
        let end = tokio::select! {
            end = running.ended() => end,
            _ = terminate.recv() => End::Stopped,
            _ = interrupt.recv() => End::Stopped,
            () = tokio::time::sleep(run.ends_after) => End::Stopped,
            () = stdin_closed(), if run.exit_with_stdin => End::Stopped,
        };
        std::io::Result::Ok(end)
    })?;
    Ok(match end {
        End::Stopped => ExitCode::SUCCESS,
        End::Died => {
            // The message of the real server.
            complain("fatal error: concurrent map writes");
            ExitCode::from(2)
        }
    })
}

/// Waits in a thread until stdin is closed, because reading it blocks.
async fn stdin_closed() {
    let (closed, wait) = oneshot::channel::<()>();
    std::thread::spawn(move || {
        let mut ignored = [0; 1024];
        while std::io::stdin()
            .read(&mut ignored)
            .is_ok_and(|count| count > 0)
        {}
        drop(closed);
    });
    let _ = wait.await;
}

#[expect(
    clippy::print_stdout,
    reason = "the one line that says where it listens is its output"
)]
fn say(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "a program's complaints go to stderr")]
fn complain(text: &str) {
    eprintln!("{text}");
}
