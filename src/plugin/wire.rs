//! Generated code of go-plugin's protocol (`proto/plugin.proto`): controller, broker and standard output.

#[allow(missing_docs, unreachable_pub, clippy::all, reason = "generated")]
#[rustfmt::skip]
#[path = "gen/plugin.rs"]
mod generated;

pub use generated::*;
