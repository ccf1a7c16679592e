//! A state that cannot be moved is an error with the reason, and never a panic.
use crate::resource::read::import::Imported;
use crate::resource::resource_type::ResourceType;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value as Json, json};

use super::{SAMPLES, Sample, moved};
use crate::kinds::KINDS;
use crate::resource::tests::bad_input::model;
use crate::resource::tests::garbage::{anything, damage};
use crate::value::msgpack;

fn refusal(moved: &Imported) -> &str {
    let messages: Vec<_> = moved.diagnostics.iter().collect();
    let [message] = messages[..] else {
        panic!("not one message: {messages:?}");
    };
    assert!(moved.state.is_null() && moved.private.is_empty());
    assert_eq!(message.summary, "Could not move the resource");
    assert!(message.detail.ends_with('.'), "{}", message.detail);
    &message.detail
}

#[test]
fn a_rejected_move_has_the_reason_and_advice() {
    let bucket = model("hikube_bucket");
    let kubectl = || Sample::named("gavinbunney_kubectl_manifest", "bucket");
    for (name, value, phrases) in [
        (
            "kind",
            "Postgres",
            [
                "is a `apps.cozystack.io/v1alpha1` `Postgres`; `hikube_bucket` is for a `Bucket`.",
                "Move it to a `hikube_postgres`.",
            ],
        ),
        (
            "kind",
            "BootBox",
            [
                "`BootBox`; `hikube_bucket` is for a `Bucket`.",
                "no resource for it: move it to a `hikube_app`.",
            ],
        ),
        (
            "api_version",
            "v1",
            ["is a `v1` `Bucket`", "Leave it a `kubectl_manifest`."],
        ),
        (
            "api_version",
            "apps.cozystack.io/v2",
            [
                "knows `apps.cozystack.io/v1alpha1` only",
                "a `removed` block",
            ],
        ),
        (
            "yaml_body",
            "a: 'secret\nb",
            [
                "`yaml_body` is not valid YAML (line",
                "`destroy = false`, and import the object as a `hikube_bucket`",
            ],
        ),
        (
            "yaml_body",
            "",
            ["`yaml_body` does not contain an object", "`removed`"],
        ),
        (
            "yaml_body",
            "- secret",
            ["`yaml_body` does not contain an object", "`removed`"],
        ),
    ] {
        let moved = kubectl().with(name, json!(value)).moved_to(bucket);
        let detail = refusal(&moved);
        for phrase in phrases {
            assert!(detail.contains(phrase), "{detail}");
        }
        assert!(!detail.contains("secret"), "{detail}");
    }
    for (missing, phrase) in [("name", "has no name"), ("namespace", "has no namespace")] {
        let body = "metadata: {}\nspec: {}\n";
        let sample = kubectl()
            .with("yaml_body", json!(body))
            .with(missing, json!(""));
        let detail = refusal(&sample.moved_to(bucket)).to_owned();
        assert!(detail.contains(phrase), "{detail}");
    }
    let kubernetes = "registry.terraform.io/hashicorp/kubernetes";
    for (provider, type_name, state, phrase) in [
        (
            kubernetes,
            "kubernetes_manifest",
            "{}",
            "it has neither a `manifest` nor an `object`",
        ),
        (
            kubernetes,
            "kubernetes_manifest",
            "[",
            "it is not a JSON object",
        ),
        (
            kubernetes,
            "kubernetes_secret",
            "{}",
            "A `kubernetes_secret` of `registry.terraform.io/hashicorp/kubernetes` cannot become a `hikube_bucket`.",
        ),
        (
            "registry.terraform.io/hashicorp/null",
            "null_resource",
            "{}",
            "cannot become a `hikube_bucket`.",
        ),
        (
            "",
            "kubernetes_manifest",
            "{}",
            "cannot become a `hikube_bucket`.",
        ),
    ] {
        let moved = moved(bucket, provider, type_name, state.as_bytes());
        assert!(refusal(&moved).contains(phrase), "{}", refusal(&moved));
    }
}

fn yaml() -> impl Strategy<Value = Json> {
    let characters = proptest::collection::vec(
        prop_oneof![
            Just("spec:"),
            Just("\n"),
            Just("  "),
            Just("users: "),
            Just("- "),
            Just("&a "),
            Just("*a"),
            Just("<<: "),
            Just("{"),
            Just("}"),
            Just("["),
            Just("]"),
            Just("'"),
            Just("\""),
            Just("!!str "),
            Just("|"),
            Just("\t"),
            Just("---\n"),
            Just("1e999"),
            Just("0x"),
            Just("~"),
            Just(": "),
            Just("? "),
            Just("%YAML 9\n"),
            Just("\u{0}"),
        ],
        0..24,
    );
    characters.prop_map(|parts| Json::from(parts.concat()))
}

fn damaged() -> impl Strategy<Value = Sample> {
    let all: Vec<Sample> = SAMPLES
        .iter()
        .flat_map(|file| Sample::all(file))
        .map(|(_, sample)| sample)
        .collect();
    let damages = proptest::collection::vec((any::<Index>(), anything()), 0..4);
    let body = proptest::option::of(yaml());
    (proptest::sample::select(all), damages, body).prop_map(|(mut sample, damages, body)| {
        for (place, by) in &damages {
            damage(&mut sample.state, place, by);
        }
        if let Some(body) = body.filter(|_| sample.state.contains_key("yaml_body")) {
            sample.state.insert("yaml_body".to_owned(), body);
        }
        sample
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// For any state, the result is a state of the type, or an error.
    #[test]
    fn garbage_is_moved_or_refused(sample in damaged()) {
        for kind in KINDS {
            let model = &ResourceType::of(kind);
            let moved = sample.moved_to(model);
            if moved.diagnostics.has_errors() {
                prop_assert!(moved.state.is_null());
                continue;
            }
            prop_assert!(moved.state.is_wholly_known());
            let bytes = msgpack::encode(&moved.state, &model.value_type);
            prop_assert!(bytes.is_ok(), "{:?} of {:?}", bytes, moved.state);
        }
    }

    #[test]
    fn bytes_are_no_state(state in proptest::collection::vec(any::<u8>(), 0..64)) {
        let moved = moved(model("hikube_bucket"), "h/hashicorp/kubernetes", "kubernetes_manifest", &state);
        prop_assert!(moved.diagnostics.has_errors());
    }
}
