#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| hostile::filters::hold(data));
