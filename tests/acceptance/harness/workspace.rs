//! A directory with a configuration, in which `terraform` runs with the provider.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use hikube_standin::Subject;
use serde_json::Value;
use tempfile::TempDir;

use super::command::{Ran, Running, clean};
use super::{Planned, Platform, terraform, unique};

const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-hikube");

const APPLY: [&str; 4] = ["apply", "-auto-approve", "-input=false", "-no-color"];

/// A temporary working directory and home directory.
pub(crate) struct Workspace {
    folder: TempDir,
    /// The unique name that replaces `NAME` in configurations.
    pub(crate) name: String,
    /// Environment variables of its runs.
    pub(crate) variables: Vec<(String, String)>,
    header: String,
}

impl Workspace {
    /// A workspace whose provider uses this platform.
    pub(crate) fn on(platform: &Platform) -> Workspace {
        Workspace::named(platform, unique())
    }

    /// A workspace with the name of another one, to access its objects.
    pub(crate) fn named(platform: &Platform, name: impl Into<String>) -> Workspace {
        let mut workspace = Workspace::without_platform();
        workspace.name = name.into();
        platform.note(&workspace.name);
        let path = workspace.path("kubeconfig");
        fs::write(&path, &platform.kubeconfig).expect("a kubeconfig");
        let path = path.display();
        workspace.header = format!("provider \"hikube\" {{\n  kubeconfig_path = \"{path}\"\n}}\n");
        workspace
    }

    /// Uses the credentials of another subject from now on.
    pub(crate) fn log_in(&self, platform: &Platform, subject: &Subject) -> &Workspace {
        let standin = platform.standin.as_ref().expect("a stand-in");
        fs::write(self.path("kubeconfig"), standin.kubeconfig_of(subject)).expect("a kubeconfig");
        self
    }

    /// A workspace without a provider block.
    pub(crate) fn without_platform() -> Workspace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace {
            folder,
            name: unique(),
            variables: Vec::new(),
            header: String::new(),
        };
        fs::create_dir_all(workspace.path("plugins")).expect("a folder");
        fs::create_dir_all(workspace.path("home")).expect("a folder");
        // Created by `terraform init`, which development overrides do not require.
        fs::create_dir_all(workspace.path(".terraform")).expect("a folder");
        workspace.install(&["hikube/hikube"]);
        workspace
    }

    /// Makes further providers available, such as `hashicorp/kubernetes`. Terraform loads all providers in a state;
    /// ours is installed under their names, as they are only loaded.
    pub(crate) fn install(&self, sources: &[&str]) {
        let plugins = self.path("plugins");
        let mut overrides = String::new();
        for source in sources {
            let name = source.rsplit('/').next().unwrap_or_default();
            let link = plugins.join(format!("terraform-provider-{name}"));
            if !link.exists() {
                symlink(PROVIDER, link).expect("a link");
            }
            for host in ["", "registry.opentofu.org/"] {
                let line = format!("    \"{host}{source}\" = \"{}\"\n", plugins.display());
                overrides.push_str(&line);
            }
        }
        let settings = format!(
            "provider_installation {{\n  dev_overrides {{\n{overrides}  }}\n  direct {{}}\n}}\n"
        );
        fs::write(self.path("terraformrc"), settings).expect("settings");
    }

    /// A path in the working directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The home directory.
    pub(crate) fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// Replaces the configuration.
    pub(crate) fn write(&self, resources: &str) -> &Workspace {
        self.write_with(&self.header, resources)
    }

    /// The same with the given provider block.
    pub(crate) fn write_with(&self, provider: &str, resources: &str) -> &Workspace {
        let text = format!(
            "terraform {{\n  required_providers {{\n    hikube = {{ source = \"hikube/hikube\" }}\n  }}\n}}\n\
             {provider}\n{resources}\n"
        );
        fs::write(self.path("main.tf"), text.replace("NAME", &self.name)).expect("main.tf");
        self
    }

    /// Replaces the configuration, with a provider that accepts any certificate: a restarted stand-in has another one.
    pub(crate) fn write_trusting(&self, resources: &str) -> &Workspace {
        let path = self.path("kubeconfig");
        let provider = format!(
            "provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n  insecure        = true\n}}\n",
            path.display()
        );
        self.write_with(&provider, resources)
    }

    /// A command in the working directory, with its environment.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = clean(&terraform(), &self.home());
        command
            .current_dir(self.folder.path())
            .env("TF_CLI_CONFIG_FILE", self.path("terraformrc"))
            .env("TF_IN_AUTOMATION", "1")
            .envs(self.variables.iter().cloned())
            .args(arguments);
        command
    }

    /// Starts a run.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(arguments))
    }

    /// Runs to the end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.start(arguments).wait()
    }

    /// The provider's command `export`.
    pub(crate) fn export(&self, arguments: &[&str]) -> Ran {
        let mut command = clean(Path::new(PROVIDER), &self.home());
        command
            .current_dir(self.folder.path())
            .env("KUBECONFIG", self.path("kubeconfig"))
            .arg("export")
            .args(arguments);
        Running::start(&mut command).wait()
    }

    /// `terraform apply` with further options.
    pub(crate) fn apply_with(&self, options: &[&str]) -> Ran {
        self.run(&[&APPLY, options].concat())
    }

    /// Starts `terraform apply`.
    pub(crate) fn start_apply(&self) -> Running {
        self.start(&APPLY)
    }

    /// `terraform apply`.
    pub(crate) fn apply(&self) -> Ran {
        self.apply_with(&[])
    }

    /// `terraform plan` with a plan file for [`Workspace::apply_plan`].
    pub(crate) fn try_plan(&self) -> Ran {
        self.run(&["plan", "-input=false", "-no-color", "-out=plan"])
    }

    /// A successful plan, parsed.
    #[track_caller]
    pub(crate) fn plan(&self) -> Planned {
        let ran = self.try_plan().ok();
        let shown = self.run(&["show", "-json", "plan"]).ok();
        Planned::read(&shown.text, ran)
    }

    /// Applies the last plan file.
    pub(crate) fn apply_plan(&self) -> Ran {
        self.run(&["apply", "-input=false", "-no-color", "plan"])
    }

    /// Asserts that the plan is empty.
    #[track_caller]
    pub(crate) fn assert_settled(&self) {
        let ran = self.run(&["plan", "-input=false", "-no-color", "-detailed-exitcode"]);
        assert_eq!(ran.code, Some(0), "the plan is not empty:\n{}", ran.text);
    }

    /// `terraform destroy`.
    pub(crate) fn destroy(&self) -> Ran {
        self.run(&["destroy", "-auto-approve", "-input=false", "-no-color"])
    }

    /// The diagnostics of `terraform validate -json`.
    #[track_caller]
    pub(crate) fn validate(&self) -> Vec<Value> {
        let ran = self.run(&["validate", "-json"]);
        let answer: Value = serde_json::from_str(&ran.text)
            .unwrap_or_else(|error| panic!("{error} in:\n{}", ran.text));
        answer["diagnostics"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    /// The outputs in the state.
    #[track_caller]
    pub(crate) fn output(&self, name: &str) -> Value {
        self.state_file()["outputs"][name]["value"].clone()
    }

    /// An attribute of a resource in the state, such as `hikube_bucket.it` and `ready`.
    #[track_caller]
    pub(crate) fn state(&self, address: &str, attribute: &str) -> Value {
        self.instance(address)["attributes"][attribute].clone()
    }

    /// The values of a resource in the state, such as `hikube_bucket.it` or `data.hikube_bucket.it`.
    #[track_caller]
    pub(crate) fn instance(&self, address: &str) -> Value {
        let (mode, place) = match address.strip_prefix("data.") {
            Some(place) => ("data", place),
            None => ("managed", address),
        };
        let (kind, name) = place.split_once('.').expect("an address");
        let state = self.state_file();
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let found = resources
            .iter()
            .find(|one| one["mode"] == mode && one["type"] == kind && one["name"] == name)
            .unwrap_or_else(|| panic!("no {address} in {state}"));
        found["instances"][0].clone()
    }

    /// The number of objects in the state.
    pub(crate) fn objects(&self) -> usize {
        let state = self.state_file();
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let managed = resources.iter().filter(|one| one["mode"] == "managed");
        managed
            .map(|one| one["instances"].as_array().map_or(0, Vec::len))
            .sum()
    }

    /// Whether the state is readable: Terraform writes it in place, so it may be incomplete.
    pub(crate) fn has_whole_state(&self) -> bool {
        let text = fs::read_to_string(self.path("terraform.tfstate")).unwrap_or_default();
        serde_json::from_str::<Value>(&text).is_ok()
    }

    /// The IDs of the objects in the state, by address.
    pub(crate) fn ids(&self) -> BTreeMap<String, String> {
        let state = self.state_file();
        let resources = state["resources"].as_array().cloned().unwrap_or_default();
        let managed = resources.iter().filter(|one| one["mode"] == "managed");
        let of_resource = |one: &Value| -> Vec<(String, String)> {
            let (kind, name) = (one["type"].as_str(), one["name"].as_str());
            let block = format!("{}.{}", kind.expect("a type"), name.expect("a name"));
            let instances = one["instances"].as_array().cloned().unwrap_or_default();
            let instances = instances.iter().map(|instance| {
                let index = match &instance["index_key"] {
                    Value::Null => String::new(),
                    key => format!("[{key}]"),
                };
                let id = instance["attributes"]["id"].as_str().expect("an id");
                (format!("{block}{index}"), id.to_owned())
            });
            instances.collect()
        };
        managed.flat_map(of_resource).collect()
    }

    /// The state file. Terraform locks it by creating it empty.
    pub(crate) fn state_file(&self) -> Value {
        let text = fs::read_to_string(self.path("terraform.tfstate")).unwrap_or_default();
        if text.is_empty() {
            return Value::Null;
        }
        serde_json::from_str(&text).expect("a state")
    }
}
