//! `@supervisor:` requests, messages between apps, and lines an app reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_draw_protocol::{AppEvent, check_message, parse_request};

fuzz_target!(|text: &str| {
    let _ = parse_request(text);
    let _ = check_message(text);
    if !text.contains('\n') {
        // An encoder replaces what a line may not hold, so only what was encoded must come back the same.
        let encoded = |event: AppEvent<'_>| {
            let mut line = Vec::new();
            event.encode(&mut line);
            String::from_utf8(line).expect("events are encoded as UTF-8")
        };
        let line = encoded(AppEvent::parse(text));
        assert_eq!(encoded(AppEvent::parse(line.strip_suffix('\n').expect("a line ends"))), line);
    }
});
