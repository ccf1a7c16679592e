//! A workspace in which terraform creates, changes and destroys many objects.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::options::Options;
use super::process::{self, Ran};

/// A timeout that no phase reaches.
const LIMIT: Duration = Duration::from_secs(600);

/// Makes the provider read each object by itself, and poll instead of watching.
const SINGLE_READS: &str = "HIKUBE_BENCH_SINGLE_READS";

/// The type of the objects.
#[derive(Clone, Copy)]
pub(crate) enum Subject {
    /// `hikube_postgres`, and whether an apply waits until the objects are usable.
    Postgres { waits: bool },
    /// Objects of many kinds, as many of each.
    Kinds,
    /// `terraform_data`, without a provider, to measure Terraform alone.
    Floor,
}

/// The kinds of [`Subject::Kinds`], none of which requires more than a name.
pub(crate) const KINDS: [&str; 20] = [
    "clickhouse",
    "foundationdb",
    "harbor",
    "http_cache",
    "kafka",
    "kubernetes",
    "mariadb",
    "mongodb",
    "nats",
    "openbao",
    "opensearch",
    "postgres",
    "qdrant",
    "rabbitmq",
    "redis",
    "tcp_balancer",
    "tenant",
    "vm_disk",
    "vpc",
    "vpn",
];

/// An operation on all objects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Validate,
    Create,
    Plan,
    Change,
    Destroy,
}

impl Action {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Action::Validate => "`terraform validate`",
            Action::Create => "create",
            Action::Plan => "plan without changes",
            Action::Change => "change one field",
            Action::Destroy => "destroy",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Action::Validate => &["validate"],
            Action::Create => &["apply", "-auto-approve"],
            Action::Plan => &["plan", "-detailed-exitcode"],
            Action::Change => &["apply", "-auto-approve", "-var", "size=20Gi"],
            Action::Destroy => &["destroy", "-auto-approve", "-var", "size=20Gi"],
        }
    }

    /// The message of Terraform after this operation.
    fn proof(self, count: usize) -> String {
        match self {
            Action::Validate => "The configuration is valid".to_owned(),
            Action::Create => format!("Resources: {count} added, 0 changed, 0 destroyed"),
            Action::Plan => "No changes.".to_owned(),
            Action::Change => format!("Resources: 0 added, {count} changed, 0 destroyed"),
            Action::Destroy => format!("Resources: {count} destroyed"),
        }
    }
}

/// The terraform to use: `TF_ACC_TERRAFORM_PATH`, or `terraform` or `tofu` on the `PATH`.
pub(crate) struct Terraform {
    path: PathBuf,
    /// The version, such as `Terraform 1.11.4`.
    pub(crate) version: String,
}

impl Terraform {
    /// Finds the program and reads its version.
    ///
    /// # Errors
    ///
    /// No program was found.
    pub(crate) fn find() -> Result<Terraform> {
        let given = env::var_os("TF_ACC_TERRAFORM_PATH").filter(|given| !given.is_empty());
        let folders = env::var_os("PATH").unwrap_or_default();
        let folders: Vec<PathBuf> = env::split_paths(&folders).collect();
        let mut found = ["terraform", "tofu"]
            .iter()
            .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
            .filter(|path| path.is_file());
        let path = given
            .map(PathBuf::from)
            .or_else(|| found.next())
            .context("neither terraform nor tofu is on the PATH: install one, or name it in TF_ACC_TERRAFORM_PATH")?;
        let home = tempfile::tempdir()?;
        let mut command = clean(&path, home.path());
        let output = command.args(["version", "-json"]).output()?;
        let told: Value = serde_json::from_slice(&output.stdout).context("terraform version")?;
        let number = told["terraform_version"].as_str().unwrap_or("?");
        let is_tofu = path.file_name().is_some_and(|name| name == "tofu");
        let name = if is_tofu { "OpenTofu" } else { "Terraform" };
        Ok(Terraform {
            version: format!("{name} {number}"),
            path,
        })
    }
}

/// A configuration with its state.
pub(crate) struct Workspace<'run> {
    folder: tempfile::TempDir,
    terraform: &'run Terraform,
    kubeconfig: &'run Path,
    parallelism: usize,
    count: usize,
}

impl<'run> Workspace<'run> {
    /// A configuration of `count` objects, without state and caches.
    ///
    /// # Errors
    ///
    /// The folder cannot be written.
    pub(crate) fn new(
        terraform: &'run Terraform,
        kubeconfig: &'run Path,
        options: &Options,
        subject: Subject,
        count: usize,
    ) -> Result<Workspace<'run>> {
        let folder = tempfile::tempdir()?;
        let binaries = serde_json::to_string(&options.binaries)?;
        fs::write(
            folder.path().join("cli.tfrc"),
            format!(
                "provider_installation {{\n  dev_overrides {{\n    \"hikube/hikube\" = {binaries}\n    \
                 \"registry.opentofu.org/hikube/hikube\" = {binaries}\n  }}\n  direct {{}}\n}}\n"
            ),
        )?;
        fs::write(folder.path().join("main.tf"), configuration(subject, count))?;
        Ok(Workspace {
            folder,
            terraform,
            kubeconfig,
            parallelism: options.parallelism,
            count,
        })
    }

    /// Runs an operation with the default settings.
    ///
    /// # Errors
    ///
    /// Terraform failed, executed a different operation, or timed out.
    pub(crate) fn run(&self, action: Action) -> Result<Ran> {
        self.terraform(action, false)
    }

    /// Runs an operation with one GET for each object, and polling.
    ///
    /// # Errors
    ///
    /// As [`Self::run`].
    pub(crate) fn run_singly(&self, action: Action) -> Result<Ran> {
        self.terraform(action, true)
    }

    fn terraform(&self, action: Action, singly: bool) -> Result<Ran> {
        let folder = self.folder.path();
        let mut command = clean(&self.terraform.path, folder);
        command
            .current_dir(folder)
            .args(action.arguments())
            .arg("-no-color")
            .env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc"))
            .env("KUBECONFIG", self.kubeconfig);
        if action != Action::Validate {
            command.arg("-input=false");
            command.arg(format!("-parallelism={}", self.parallelism));
        }
        if singly {
            command.env(SINGLE_READS, "1");
        }
        let ran = process::run(&mut command, LIMIT)?;
        let words = ran.text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !ran.status.success() {
            bail!(
                "{} ended with {}:\n{}",
                action.title(),
                ran.status,
                ran.text
            );
        }
        ensure!(
            words.contains(&action.proof(self.count)),
            "{}: expected {:?}:\n{}",
            action.title(),
            action.proof(self.count),
            ran.text
        );
        Ok(ran)
    }
}

fn configuration(subject: Subject, count: usize) -> String {
    let provider = "terraform {\n  required_providers {\n    hikube = {\n      source = \"hikube/hikube\"\n    \
                    }\n  }\n}\n";
    let variable = "variable \"size\" {\n  type    = string\n  default = \"10Gi\"\n}\n";
    match subject {
        Subject::Postgres { waits } => {
            let wait_for = if waits { "" } else { "  wait_for = \"none\"\n" };
            format!(
                "{provider}{variable}resource \"hikube_postgres\" \"it\" {{\n  count = {count}\n  \
                 name = \"bench-${{count.index}}\"\n  size = var.size\n{wait_for}}}\n"
            )
        }
        Subject::Kinds => {
            let each = count / KINDS.len();
            let blocks = KINDS.map(|kind| {
                format!(
                    "resource \"hikube_{kind}\" \"it\" {{\n  count = {each}\n  name = \"bench${{count.index}}\"\n  \
                     wait_for = \"none\"\n}}\n"
                )
            });
            format!("{provider}{variable}{}", blocks.concat())
        }
        Subject::Floor => format!(
            "{variable}resource \"terraform_data\" \"it\" {{\n  count = {count}\n  input = {{\n    \
             name = \"bench-${{count.index}}\"\n    size = var.size\n  }}\n}}\n"
        ),
    }
}

/// A command without the environment variables of Terraform, the provider and Kubernetes.
fn clean(program: &Path, home: &Path) -> Command {
    const FOREIGN: [&str; 4] = ["HIKUBE_", "TF_", "KUBE", "TOFU_"];
    let mut command = Command::new(program);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy().to_ascii_uppercase();
        if FOREIGN.iter().any(|start| text.starts_with(start)) || text.ends_with("_PROXY") {
            command.env_remove(&name);
        }
    }
    command
        .env("HOME", home)
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1");
    command
}
