//! Conversion between the attributes of a spec and the JSON of the API: encoding for requests, decoding for reads, and
//! checks against the platform's schema.

pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod former;
pub(crate) mod live;
pub(crate) mod names;
pub(crate) mod reshape;
pub(crate) mod stored;
pub(crate) mod strip_defaults;
