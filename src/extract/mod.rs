//! From [`Reading`](crate::repair::Reading) to the document's fields.
