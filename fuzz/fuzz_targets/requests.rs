//! `@supervisor:` requests, messages between apps, and lines an app reads.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_draw_protocol::limits::MAX_PREVIEWS;
use vyoma_draw_protocol::{AppEvent, Request, check_message, parse_request};

fuzz_target!(|text: &str| {
    if let Request::Previews(list) = parse_request(text) {
        assert!(list.iter().count() <= MAX_PREVIEWS);
    }
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
