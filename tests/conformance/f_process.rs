//! The real process: its output, and a Terraform that is attached to it.

use std::path::Path;

use hikube::protocol::wire::open_ephemeral_resource;
use hikube::protocol::wire::provider_client::ProviderClient;
use hikube::value::Value;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::UnixStream;
use tonic::transport::Endpoint;

use crate::Outcome;
use crate::command::{Running, clean, terraform};
use crate::platform::Platform;
use crate::process::Plugin;
use crate::terraform::{Core, Stated, block, block_value};
use crate::wire::{Messages, at, ephemerals, pack, resource, typed, with};

async fn attached(socket: &Path) -> Outcome<Core> {
    let socket = socket.to_owned();
    let connector = tower::service_fn(move |_| {
        let socket = socket.clone();
        async move { Ok::<_, std::io::Error>(TokioIo::new(UnixStream::connect(socket).await?)) }
    });
    let channel = Endpoint::from_static("http://localhost")
        .connect_with_connector(connector)
        .await?;
    Ok(Core::over(ProviderClient::new(channel)))
}

#[tokio::test(flavor = "multi_thread")]
async fn case_25_secrets_are_in_no_message_and_no_log_line() -> Outcome {
    let platform = Platform::start();
    let plugin = Plugin::start(&[("TF_LOG_PROVIDER", "TRACE")])?;
    let core = attached(plugin.socket()?).await?;
    let known = block_value(&block(&platform));
    core.configure(&known).await.assert_fine();
    let mut said: Vec<Messages> = Vec::new();
    let databases = ["hikube_postgres", "hikube_bucket", "hikube_vm"];
    let users = json!({"a": {"password": "hunter-1"}, "c": {},
                       "b": {"password_wo": "hunter-2", "password_wo_version": 1}});
    let [database, bucket, vm] = [
        json!({"name": "case25", "users": users}),
        json!({"name": "case25", "users": {"a": {}}}),
        json!({"name": "case25", "cloud_init": "hunter-3"}),
    ];
    let mut secrets: Vec<String> = ["hunter-", "password:"].map(str::to_owned).into();
    for (kind, given) in databases.into_iter().zip([database, bucket, vm]) {
        let config = resource(kind, &given);
        said.push(core.validate(kind, &config).await);
        let created = core.create(kind, &config).await;
        let made = at(&created.state, "credentials").as_map();
        for login in made
            .into_iter()
            .flatten()
            .filter_map(|(_, login)| login.as_map())
        {
            secrets.extend(login.values().filter_map(Value::as_str).map(str::to_owned));
        }
        said.push(core.read(kind, &created).await.messages);
        // Rejected, for the planted mistake or for another reason.
        let wrong = with(&with(&config, "name", "No Name".into()), "id", "x".into());
        said.push(core.validate(kind, &wrong).await);
        said.push(
            core.change(kind, &Stated::default(), &config)
                .await
                .messages,
        );
        for fault in ["status=403", "status=422"] {
            platform.fault(&format!("{fault},every=1")).await;
            let changed = with(&config, "labels", Value::map([("a", Value::from("b"))]));
            said.push(core.change(kind, &created, &changed).await.messages);
            said.push(core.read(kind, &created).await.messages);
            platform.fault("").await;
        }
    }
    let ty = &ephemerals()["hikube_postgres_credentials"].value_type;
    let request = open_ephemeral_resource::Request {
        type_name: "hikube_postgres_credentials".to_owned(),
        config: pack(&typed(ty, &json!({"name": "case25"})), ty),
        client_capabilities: None,
    };
    let opened = core
        .client()
        .open_ephemeral_resource(request)
        .await?
        .into_inner();
    said.push(Messages::of(&opened.diagnostics));
    assert!(opened.result.is_some());
    // An invalid kubeconfig, and an unknown token.
    let kubeconfig = platform.kubeconfig();
    let token = kubeconfig
        .lines()
        .find_map(|line| line.trim().strip_prefix("token: "));
    secrets.push(token.ok_or("no token")?.trim_matches('"').to_owned());
    let broken = Value::from(format!("{kubeconfig}\n  : hunter-4"));
    said.push(core.configure(&with(&known, "kubeconfig", broken)).await);
    core.configure(&with(&known, "token", "hunter-5".into()))
        .await
        .assert_fine();
    let config = resource("hikube_bucket", &json!({"name": "other"}));
    let nothing = Stated::default();
    let refused = core.plan("hikube_bucket", &nothing, &config).await.messages;
    refused.assert_error("Could not plan S3 bucket");
    said.push(refused);

    drop(core);
    let ended = tokio::task::spawn_blocking(|| plugin.end().map_err(|error| error.to_string()));
    let ended = ended.await??;
    assert_eq!((ended.stdout.as_str(), ended.files.len()), ("", 0));
    assert!(!ended.status.success());
    assert!(ended.stderr.contains("\"debug\"") && ended.stderr.contains("case25"));
    assert!(said.iter().filter(|messages| messages.fail()).count() > 15);
    assert!(secrets.len() > 8, "the platform made none");
    for secret in secrets {
        let is_short = secret.chars().count() < 4;
        let messages = format!("{said:?}");
        assert!(
            is_short || !messages.contains(&secret),
            "{secret:?} in a message"
        );
        assert!(
            is_short || !ended.stderr.contains(&secret),
            "{secret:?} in the log"
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn case_59_a_real_terraform_is_attached_run_after_run() -> Outcome {
    let platform = Platform::start();
    let mut plugin = Plugin::start_debug()?;
    let (_, attach) = plugin.line.split_once('=').ok_or("no assignment")?;
    let attach = attach.trim_matches('\'').to_owned();
    let folder = plugin.folder().join("work");
    std::fs::create_dir_all(folder.join("home"))?;
    std::fs::write(folder.join("kubeconfig"), platform.kubeconfig())?;
    let kubeconfig = folder.join("kubeconfig");
    let text = format!(
        "terraform {{\n  required_providers {{\n    hikube = {{ source = \"registry.terraform.io/hikube/hikube\" }}\n  }}\n}}\n\
         provider \"hikube\" {{\n  kubeconfig_path = \"{}\"\n}}\n\
         resource \"hikube_bucket\" \"it\" {{\n  name = \"case59\"\n}}\n",
        kubeconfig.display()
    );
    std::fs::write(folder.join("main.tf"), text)?;
    let run = |arguments: &[&str]| {
        let mut command = clean(&terraform(), &folder.join("home"));
        command
            .current_dir(&folder)
            .env("TF_REATTACH_PROVIDERS", &attach)
            .args(arguments);
        Running::start(&mut command).wait().ok();
    };
    tokio::task::block_in_place(|| -> Outcome {
        run(&["init", "-input=false", "-no-color"]);
        run(&["validate", "-no-color"]);
        run(&["apply", "-auto-approve", "-input=false", "-no-color"]);
        for _ in 0..2 {
            // Exit code 2 would be a change.
            run(&["plan", "-detailed-exitcode", "-input=false", "-no-color"]);
        }
        run(&["destroy", "-auto-approve", "-input=false", "-no-color"]);
        assert!(plugin.lives()?);
        std::fs::remove_dir_all(&folder)?;
        plugin.signal("INT")?;
        let ended = plugin.wait()?;
        assert!(
            ended.status.success() && ended.files.is_empty(),
            "{:?}",
            ended.files
        );
        Ok(())
    })
}
