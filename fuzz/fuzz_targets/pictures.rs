//! Files behind `draw_image` and `draw_animation`: any bytes give pictures of the asked size or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vyoma_paint::Size;
use vyoma_raster::{Animation, Picture, decode_base64};

fuzz_target!(|input: &[u8]| {
    let size = Size::new(24, 16).expect("a size within the limits");
    if let Ok(picture) = Picture::decode(input, size) {
        assert_eq!(picture.size(), size);
        assert_eq!(picture.row(15).len(), 24);
    }
    if let Ok(animation) = Animation::decode(input, size, 1 << 20) {
        assert_eq!(animation.size(), size);
        assert!(animation.bytes() <= 1 << 20 && animation.frame(animation.at(1234).frame).is_some());
    }
    if let Ok(text) = std::str::from_utf8(input) {
        let _ = decode_base64(text);
    }
});
