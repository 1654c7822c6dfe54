//! Papers written and read again.

mod docx;
#[cfg(feature = "pdf")]
mod pdf;
mod samples;
mod signs;
