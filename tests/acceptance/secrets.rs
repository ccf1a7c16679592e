//! Secrets in all attributes, and a search in everything that Terraform and the provider write, print and log.
//! Write-only and ephemeral values, the provider's credentials, and credentials with `store_credentials = false` must
//! not be found; other secrets only in plan and state.

mod configuration;
mod traces;
mod zip;

use std::process::Command;
use std::thread;
use std::time::Duration;

use hikube_standin::{Options, Release, Subject};

use crate::harness::{Platform, Workspace, on_each_release, standin_only};
use configuration::{Way, body, provider};
use traces::{Printed, Secrets, log, plan, processes, states};

on_each_release!(
    are_not_found_with_a_token_and_a_provider_that_stores_none,
    are_not_found_with_a_kubeconfig_and_resources_that_store_none,
    given_plainly_are_in_plan_and_state_alone,
);

/// The environment of a test.
struct Ground {
    platform: Platform,
    space: Workspace,
    /// The provider's credentials.
    provider: Secrets,
    /// Write-only values.
    written: Secrets,
    /// Values of ordinary attributes.
    given: Secrets,
    printed: Printed,
}

impl Ground {
    /// A platform with a known token, and a workspace with TRACE logs.
    fn lay(release: Release, way: Way) -> Ground {
        let mut provider = Secrets::default();
        let (mut written, mut given) = (Secrets::default(), Secrets::default());
        let token = provider.plant("token");
        let platform = Platform::with(Options {
            platform: release,
            token: token.clone(),
            subject: Subject::platform(),
            ..Platform::quick()
        });
        let mut space = Workspace::without_platform();
        let log = space.path("log").display().to_string();
        let mut variables = vec![
            ("TF_LOG".to_owned(), "trace".to_owned()),
            ("TF_LOG_PATH".to_owned(), log),
        ];
        let mut set = |name: &str, text: String| variables.push((format!("TF_VAR_{name}"), text));
        set("token", token);
        set("kubeconfig", platform.kubeconfig.clone());
        set("exec_env", provider.plant("exec_env"));
        set("exec_argument", provider.plant("exec_argument"));
        for name in [
            "password_wo",
            "cloud_init_wo",
            "s3_secret_key_wo",
            "config_wo",
        ] {
            set(name, written.plant(name));
        }
        for name in ["password", "cloud_init", "s3_secret_key", "config"] {
            if way == Way::Plainly && (name != "config" || release == Release::V1_6) {
                set(name, given.plant(name));
            }
        }
        space.variables = variables;
        let ground = Ground {
            platform,
            space,
            provider,
            written,
            given,
            printed: Printed::default(),
        };
        ground.write(way, "10Gi");
        ground
    }

    fn write(&self, way: Way, size: &str) {
        let block = provider(&self.platform, way);
        let body = body(self.platform.release, way).replace("SIZE", size);
        self.space.write_with(&block, &body);
    }

    /// Credentials that the platform generates: a password, keys of a bucket, a kubeconfig with a key.
    fn made(&self) -> Secrets {
        let mut made = Secrets::default();
        let name = &self.space.name;
        let of = |secret: &str| self.platform.api.secret(secret).expect("a Secret");
        made.add(
            "a password",
            &of(&format!("postgres-{name}-credentials"))["made"],
        );
        let kubeconfig = &of(&format!("kubernetes-{name}-admin-kubeconfig"))["super-admin.conf"];
        let key = kubeconfig.split("client-key-data: ").nth(1);
        made.add("a client's key", key.expect("a key").trim());
        if self.platform.release != Release::V0_41 {
            let keys = of(&format!("bucket-{name}-app-credentials"));
            made.add("an access key", &keys["accessKey"]);
            made.add("a secret key", &keys["secretKey"]);
        }
        made
    }

    /// Plans and applies. Returns the content of the plan file.
    fn build(&mut self) -> String {
        self.printed.take(self.space.try_plan().ok());
        let plan = plan(&self.space);
        self.printed.take(self.space.apply_plan().ok());
        plan
    }

    /// Runs that fail in all ways: rejected writes, invalid responses, errors that repeat the request, and a provider
    /// that is killed during an update. Returns the content of the last plan file.
    fn fail(&mut self, way: Way) -> String {
        let (space, api) = (&self.space, &self.platform.api);
        self.write(way, "20Gi");
        api.faults("status=500,every=1,verb=PUT");
        let ran = self.printed.take(space.apply());
        ran.fails().says("The API answered 500");
        api.faults("garbage,every=1");
        let ran = self.printed.take(space.try_plan());
        ran.fails().says("Invalid response from");
        let faults = [
            "echo=422,every=1,verb=PUT",
            // Retries are in the log.
            "echo=503,every=1,verb=GET,times=2;echo=403,every=1,verb=GET",
        ];
        for fault in faults {
            api.faults(fault);
            let ran = self.printed.take(space.apply());
            ran.fails()
                .says("(sensitive value)")
                .says("\\u{1b}]0;echo\\u{7}");
        }
        api.faults("");
        self.printed.take(space.try_plan().ok());
        let plan = plan(space);
        api.faults("hang,every=1,verb=PUT");
        let writes = api.writes();
        let run = space.start(&["apply", "-input=false", "-no-color", "plan"]);
        let is_under_way = (0..600).any(|_| {
            thread::sleep(Duration::from_millis(20));
            api.writes() > writes
        });
        let processes = processes(space);
        for (id, _) in &processes {
            let id = id.to_string();
            let sent = Command::new("kill").args(["-s", "ABRT", &id]).status();
            assert!(
                sent.is_ok_and(|status| status.success()),
                "cannot kill {id}"
            );
        }
        let ran = self.printed.take(run.wait());
        api.faults("");
        assert!(is_under_way, "{}", ran.text);
        assert_eq!(ran.code, Some(1), "{}", ran.text);
        assert!(
            !processes.is_empty(),
            "no process of the provider's was seen"
        );
        for (_, line) in processes {
            self.printed.0.push_str(&line);
        }
        plan
    }

    fn destroy(&mut self) {
        self.printed.take(self.space.destroy().ok());
        self.platform.assert_clean();
        for text in [&self.printed.0, &log(&self.space)] {
            let obeyed = text.find(['\u{1b}', '\u{7}']);
            assert_eq!(obeyed.map(|at| &text[at.saturating_sub(200)..at]), None);
        }
    }
}

fn are_not_found_with_a_token_and_a_provider_that_stores_none(platform: &Platform) {
    are_nowhere(platform, Way::Token);
}

fn are_not_found_with_a_kubeconfig_and_resources_that_store_none(platform: &Platform) {
    are_nowhere(platform, Way::Kubeconfig);
}

fn are_nowhere(platform: &Platform, way: Way) {
    if !standin_only() {
        return;
    }
    let mut ground = Ground::lay(platform.release, way);
    let first = ground.build();
    let made = ground.made();
    let stored = ground
        .platform
        .api
        .spec("vminstances", &format!("{}-fed", ground.space.name));
    made.of(&["a password"])
        .are_in("what the machine was fed", &stored.to_string());
    let built = states(&ground.space);
    let second = ground.fail(way);
    let failed = states(&ground.space);
    ground.destroy();
    let all = ground.provider.and(&ground.written).and(&made);
    all.are_not_in("the first plan", &first);
    all.are_not_in("the state", &built);
    all.are_not_in("the second plan", &second);
    all.are_not_in("the state after failures", &failed);
    all.are_not_in("the state of nothing", &states(&ground.space));
    all.are_not_in("what was printed", &ground.printed.0);
    all.are_not_in("the log", &log(&ground.space));
}

/// This also shows that the search works.
fn given_plainly_are_in_plan_and_state_alone(platform: &Platform) {
    if !standin_only() {
        return;
    }
    let mut ground = Ground::lay(platform.release, Way::Plainly);
    let first = ground.build();
    let made = ground.made();
    ground.given.are_in("the first plan", &first);
    let built = states(&ground.space);
    ground
        .given
        .and(&made.of(&["a password"]))
        .are_in("the state", &built);
    let second = ground.fail(Way::Plainly);
    ground.given.are_in("the second plan", &second);
    ground.destroy();
    let none = &ground.provider;
    none.are_not_in("the first plan", &first);
    none.are_not_in("the state", &built);
    none.are_not_in("the second plan", &second);
    let all = none.and(&ground.given).and(&made);
    all.are_not_in("what was printed", &ground.printed.0);
    all.are_not_in("the log", &log(&ground.space));
}
