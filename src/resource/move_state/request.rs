/// The inputs of a move.
pub struct MoveRequest<'a> {
    /// The source provider, such as `registry.terraform.io/hashicorp/kubernetes`.
    pub provider: &'a str,
    /// The source resource type.
    pub type_name: &'a str,
    /// The source state as JSON, by the source schema.
    pub state: &'a [u8],
    /// The private data of the source provider.
    pub private: &'a [u8],
    /// Returns our resource type for a kind of the platform, in any case, if there is one.
    pub type_for: &'a dyn Fn(&str) -> Option<&'static str>,
}

/// Why a resource cannot be moved, as sentences.
pub(crate) type Refusal = String;
