//! What the stand-in does, case by case as measured on the real servers.

mod answers;
mod client;
mod concurrency;
mod deletion;
mod disks;
mod late_outputs;
mod late_status;
mod missing_kinds;
mod names;
mod namespaces;
mod outputs;
mod patches;
mod policies;
mod program;
mod quotas;
mod readiness;
mod reads;
mod roles;
mod schemas;
mod serial;
mod tenancy;
mod troubles;
mod watched_parts;
mod watches;
mod workloads;
mod writes;
