//! `/__standin`: control of the stand-in by tests; not part of the simulated API.
use crate::call::Call;
use crate::failure::{Failure, json_answer};
use crate::faults;
use crate::leavings;
use crate::platform::Shared;
use crate::release::Release;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

/// `POST /__standin/fault?spec=`: replaces the faults; empty for none.
pub(crate) async fn fault(State(platform): State<Shared>, call: Call) -> Result<Response, Failure> {
    let faults = faults::parse_all(call.parameter("spec").unwrap_or(""));
    platform.faults().set(faults.map_err(Failure::bad_request)?);
    Ok(json_answer(200, &json!({})))
}

/// `POST /__standin/leave?name=`: sets what else is orphaned by uninstalls; empty for nothing.
pub(crate) async fn leave(State(platform): State<Shared>, call: Call) -> Result<Response, Failure> {
    let mut world = platform.world();
    match call.parameter("name") {
        None => world.leavings.clear(),
        Some(text) => {
            let (name, stay) = leavings::parse(text).map_err(Failure::bad_request)?;
            world.leavings.insert(name, stay);
        }
    }
    Ok(json_answer(200, &json!({})))
}

/// `POST /__standin/upgrade?to=`: upgrades to a later release.
pub(crate) async fn upgrade(
    State(platform): State<Shared>,
    call: Call,
) -> Result<Response, Failure> {
    let to: Result<Release, String> = call.parameter("to").unwrap_or("").parse();
    to.and_then(|to| platform.upgrade(to))
        .map_err(Failure::bad_request)?;
    Ok(json_answer(200, &json!({})))
}

/// `POST /__standin/reset`: all counts from zero.
pub(crate) async fn reset(State(platform): State<Shared>) -> Response {
    *platform.stats() = crate::stats::Stats::default();
    platform.world().leaks.clear();
    json_answer(200, &json!({}))
}

/// `GET /__standin/stats`
pub(crate) async fn stats(State(platform): State<Shared>) -> Response {
    let counted = {
        let stats = platform.stats();
        json!({"total": stats.total, "requests": stats.requests})
    };
    let world = platform.world();
    let mut body = counted;
    body["objects"] = json!(world.objects.len());
    body["leaks"] = json!(world.leaks);
    let left = world.parts.iter().filter(|part| part.left);
    body["left"] = left.map(|part| json!(part.name)).collect();
    json_answer(200, &body)
}
