//! What the stand-in does, case by case as measured on the real servers.

mod answers;
mod client;
mod concurrency;
mod deletion;
mod names;
mod outputs;
mod patches;
mod program;
mod readiness;
mod reads;
mod schemas;
mod tenancy;
mod troubles;
mod watches;
mod writes;
