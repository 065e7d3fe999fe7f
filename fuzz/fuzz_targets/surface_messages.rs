//! What a captured app-host could send the compositor, and the other way.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_paint::Size;
use vyoma_surface_protocol::{MAX_DAMAGE, MESSAGE_BYTES, ToApp, ToCompositor};

fuzz_target!(|input: &[u8]| {
    let mut message = [0; MESSAGE_BYTES];
    let n = input.len().min(MESSAGE_BYTES);
    message[..n].copy_from_slice(&input[..n]);
    let size = Size::new(640, 480).expect("a size within the limits");
    if let Ok(ToCompositor::Commit(commit)) = ToCompositor::decode(&message, size) {
        assert!(commit.damage.rects().len() <= MAX_DAMAGE);
        assert!(commit.damage.rects().iter().all(|r| size.rect().covers(*r)));
        let again = ToCompositor::decode(&ToCompositor::Commit(commit.clone()).encode(), size);
        assert_eq!(again, Ok(ToCompositor::Commit(commit)));
    }
    if let Ok(message) = ToApp::decode(&message) {
        assert_eq!(ToApp::decode(&message.encode()), Ok(message));
    }
});
