#![no_main]

// The office is opened before the first input, so that no input is timed with it.
libfuzzer_sys::fuzz_target!(init: hostile::open(), |data: &[u8]| hostile::forms::hold(data));
