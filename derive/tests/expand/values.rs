#[derive(Spec)]
#[spec(rules(one_source), platform_rules(needs_sockets))]
struct Database {
    /// Number of replicas.
    ///
    /// One is the primary.
    #[spec(default = 2, min = 1, max = 9)]
    replicas: Option<i64>,
    /// Ports.
    #[spec(default_json = "[5432]")]
    ports: Option<Vec<i64>>,
    /// Owner.
    #[spec(pattern("[a-z]+", "lower-case letters"))]
    owner: String,
    /// Memory.
    #[spec(bytes)]
    memory: Option<String>,
    /// Schedule.
    #[spec(cron = 5, deprecated = "Use a backup plan instead.", sensitive, computed)]
    schedule: Option<String>,
    /// Type.
    #[spec(api = "kind")]
    r#type: Option<String>,
}
