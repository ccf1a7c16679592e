//! Acceptance tests: `terraform` with the provider, against a stand-in that each test starts, or the cluster of
//! `HIKUBE_TEST_KUBECONFIG`. The binary is `TF_ACC_TERRAFORM_PATH`, otherwise `terraform` or `tofu` on the `PATH`;
//! without one the tests fail.

mod app;
mod backup_plan;
mod backups;
mod bad_connection;
mod bad_input;
mod bucket;
mod concurrency;
mod credentials;
mod disk;
mod drift;
mod entries;
mod every_kind;
mod faults;
mod harness;
mod kubernetes;
mod modules;
mod moves;
mod ownership;
mod postgres;
mod protection;
mod rights;
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
