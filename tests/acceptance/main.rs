//! Acceptance tests: `terraform` with the provider, against a stand-in that each test starts, or the cluster of
//! `HIKUBE_TEST_KUBECONFIG`. The binary is `TF_ACC_TERRAFORM_PATH`, otherwise `terraform` or `tofu` on the `PATH`;
//! without one the tests fail.

mod actions;
mod app;
mod backup_plan;
mod bad_connection;
mod bad_input;
mod bucket;
mod concurrency;
mod credentials;
mod disk;
mod drift;
mod entries;
mod every_kind;
mod export;
mod faults;
mod functions;
mod harness;
mod kubernetes;
mod modules;
mod moves;
mod ownership;
mod postgres;
mod protection;
mod rights;
mod rotation;
mod scale;
mod schema;
mod secrets;
mod swiftness;
mod takeover;
mod tenant;
mod trouble;
mod upgrade;
mod vm;
mod vm_disk;
mod waits;
