//! Batches as an archive meets them: killed, full disks, bad documents, odd names.

mod disturbed;
mod failures;
mod formats;
mod inputs;
mod outputs;
mod settings;
mod stream;
mod support;
