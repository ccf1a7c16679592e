#[derive(Spec)]
struct User {
    /// Password.
    #[spec(write_only, since = "1.3", on_first_boot = "seed")]
    password: Option<Secret>,
}
