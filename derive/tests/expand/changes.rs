#[derive(Spec)]
struct Pool {
    /// Size.
    #[spec(grow_only, replace)]
    size: Option<Bytes>,
    /// Version.
    #[spec(upgrade_only)]
    version: Option<String>,
    /// Kubernetes version.
    #[spec(one_minor_at_a_time)]
    kubernetes: Option<String>,
    /// Type of the machines.
    #[spec(on_restart, stopped = "Halted")]
    instance_type: Option<String>,
    /// Databases.
    #[spec(loses = "the database and its data", implicit_entry = "md0")]
    databases: Option<BTreeMap<String, Database>>,
}
