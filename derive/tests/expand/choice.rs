#[derive(Choice)]
#[choice(open)]
enum Version {
    /// The newest one.
    #[choice(value = "v1.35")]
    V1_35,
    /// The one before.
    Older,
}
