//! Rust code for the protocols in `proto/`. It is checked in, so that a build requires neither protoc nor a build
//! script.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::generate::Generated;

/// A protocol, the file name that follows from its package, and the path of the generated file.
const PROTOCOLS: &[(&str, &str, &str)] = &[
    (
        "proto/tfplugin6.proto",
        "tfplugin6.rs",
        "src/protocol/gen/tfplugin6.rs",
    ),
    (
        "proto/plugin.proto",
        "plugin.rs",
        "src/plugin/gen/plugin.rs",
    ),
    (
        "proto/health.proto",
        "grpc.health.v1.rs",
        "src/plugin/gen/health.rs",
    ),
];

/// Generates messages, servers, and clients for tests.
///
/// # Errors
///
/// A protocol does not compile, or the temporary folder is not usable.
pub(crate) fn generate(root: &Path) -> Result<Vec<Generated>> {
    let mut files = Vec::new();
    for (proto, output, path) in PROTOCOLS {
        let code = compile(root, proto, output).with_context(|| format!("compiling {proto}"))?;
        files.push(Generated {
            path: PathBuf::from(path),
            content: format!(
                "// Copyright (c) The Hikube Terraform provider authors\n\
                 // SPDX-License-Identifier: MPL-2.0\n\n\
                 // Generated from {proto} by `cargo dev generate`; changes belong there.\n\n{code}"
            ),
        });
    }
    Ok(files)
}

fn compile(root: &Path, proto: &str, output: &str) -> Result<String> {
    let descriptors = protox::compile([root.join(proto)], [root.join("proto")])?;
    let folder = tempfile::tempdir()?;
    tonic_prost_build::configure()
        .out_dir(folder.path())
        .emit_rerun_if_changed(false)
        // Connecting is left to the user of the client.
        .build_transport(false)
        // BTreeMap, so that a message always has the same encoding.
        .btree_map(".")
        .compile_fds(descriptors)?;
    fs::read_to_string(folder.path().join(output)).context("reading the generated code")
}
