//! Generated code of gRPC's health check (`proto/health.proto`).

#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]
#[rustfmt::skip]
#[path = "gen/health.rs"]
mod generated;

pub use generated::*;
