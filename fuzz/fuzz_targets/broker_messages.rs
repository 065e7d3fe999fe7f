//! What a captured app-host, compositor or driver could send the supervisor.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_control_protocol::{compositor::FromCompositor, decode, driver::Command, encode, host::FromHost};

fuzz_target!(|input: &[u8]| {
    if let Ok(message) = decode::<FromHost>(input) {
        let bytes = encode(&message).expect("what was decoded fits a message");
        assert_eq!(decode::<FromHost>(&bytes).expect("what was encoded decodes"), message);
    }
    let _ = decode::<FromCompositor>(input);
    let _ = decode::<Command>(input);
});
