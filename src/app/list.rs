use tokio::sync::mpsc;

use super::messages::no_kind;
use super::paths::terraform_messages;
use super::translation::Translation;
use crate::resource::{self, Listed, Listing, Namespace, Session};
use crate::schema::Diagnostics;
use crate::value::Value;

/// Lists the existing objects of the kind that the `config` block names.
pub async fn list(
    session: &Session,
    config: &Value,
    namespace: &Namespace,
    events: mpsc::Sender<Listed>,
    limit: u64,
) {
    let kind = config.attribute("kind").as_str().unwrap_or_default();
    let translation = match Translation::of(session, kind, &[]).await {
        Ok(translation) => translation,
        Err(why) => {
            let mut diagnostics = Diagnostics::new();
            no_kind("list", config, why, &mut diagnostics);
            let event = Listed {
                diagnostics,
                ..Listed::default()
            };
            let _ = events.send(event).await;
            return;
        }
    };
    let (sender, mut receiver) = mpsc::channel(1);
    let mut listing = Listing::new(sender, limit);
    let translation = &translation;
    let found = async move {
        let resource_type = &translation.resource_type;
        resource::list(resource_type, session, config, namespace, &mut listing).await;
    };
    // Ends the list when nothing more is wanted.
    let passed = async move {
        while let Some(listed) = receiver.recv().await {
            let event = shown(translation, kind, listed);
            if events.send(event).await.is_err() {
                return;
            }
        }
    };
    tokio::join!(found, passed);
}

/// An object of the engine as one of `hikube_app`.
fn shown(translation: &Translation, kind: &str, listed: Listed) -> Listed {
    let mut state = listed.state.clone();
    if !state.is_null() {
        state.set_attribute("kind", kind.into());
        state = translation.to_terraform(&state, [&Value::Null; 2]);
    }
    Listed {
        state,
        diagnostics: terraform_messages(listed.diagnostics),
        ..listed
    }
}
