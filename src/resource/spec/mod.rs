//! Between the attributes of a spec and the JSON the API holds: one way in a request, the other way in
//! drift, and what the platform's own schema says of it.

mod bare;
mod decode;
mod encode;
mod live;
mod names;

pub(super) use bare::bare;
pub(super) use decode::{Decoded, Mode, decode, filled_entry};
pub(super) use encode::{encode, encode_for};
pub(super) use live::{check_live, is_immutable};
pub(super) use names::{Target, default_of, entry as entry_of, field_of, has_renames, renamed};
