#[derive(Spec, ToValue)]
struct Key {
    /// Key.
    key: String,
}
