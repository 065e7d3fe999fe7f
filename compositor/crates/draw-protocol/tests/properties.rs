//! Properties of the decoder and the encoders.

use core::ops::ControlFlow;

use proptest::prelude::*;
use vyoma_draw_protocol::{
    AppEvent, Area, Command, Decoder, DrawWriter, Focus, ImageFormat, ImageSource, Key, KeyPhase, Line,
    Modifiers, MouseButton, NamedKey, Notification, Profile, Rgba, TextSize, TouchPhase, Weight,
    parse_request,
};

/// Every line's debug text, for the stream cut at `cuts`.
fn decoded(bytes: &[u8], cuts: &[usize]) -> Vec<String> {
    let mut decoder = Decoder::new();
    let mut seen = Vec::new();
    let mut sink = |line: Line<'_>| {
        seen.push(format!("{line:?}"));
        ControlFlow::Continue(())
    };
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (bytes.len() + 1)).collect();
    cuts.sort_unstable();
    cuts.push(bytes.len());
    let mut from = 0;
    for cut in cuts {
        assert_eq!(decoder.push(&bytes[from..cut], &mut sink), cut - from);
        from = cut;
    }
    decoder.finish(&mut sink);
    seen
}

/// A stream of lines that are nearly right, with noise.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => "(VYOMA_DRAW:)?(fill_rect|fill_rect_r|rect_border|draw_text|draw_text_wrap|draw_glyph|draw_image|\
              clear_region|flush|set_layer_alpha|set_transparent)(:[-0-9a-fx]{0,6}(,[-+0-9a-fxsml]{0,6}){0,6})?\n"
            .prop_map(String::into_bytes),
        2 => "VYOMA_AUDIO:(beep|volume|mute|x)(:[0-9]{0,4},?[0-9]{0,3})?\n".prop_map(String::into_bytes),
        2 => "@(supervisor|broadcast|reply|[a-z]{1,4}): ?.{0,8}\n".prop_map(String::into_bytes),
        1 => proptest::collection::vec(any::<u8>(), 0..24),
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = String> {
    "[^\n\r]{0,16}"
}

fn area() -> impl Strategy<Value = Area> {
    any::<(i32, i32, i32, i32)>().prop_map(|(x, y, w, h)| Area { x, y, w, h })
}

/// A command without its borrowed text.
fn command(shape: (u8, Area, u32, i32, u8), text: &str) -> Command<'_> {
    let (kind, area, color, number, small) = shape;
    let (x, y, color) = (area.x, area.y, Rgba(color));
    let size = [TextSize::Small, TextSize::Medium, TextSize::Large][usize::from(small % 3)];
    let weight = [Weight::Regular, Weight::Bold, Weight::Mono][usize::from(small % 3)];
    let format = [ImageFormat::Png, ImageFormat::Raw][usize::from(small % 2)];
    match kind % 14 {
        0 => Command::FillRect { area, color },
        1 => Command::FillRoundRect { area, color, radius: number },
        2 => Command::RectBorder { area, color },
        3 => Command::ClearRegion { area },
        4 => Command::Text { x, y, color, size, text },
        5 => Command::TextWrap { x, y, max_w: number, color, size, text },
        6 => Command::Glyphs { x, y, color, px: number, weight, text },
        7 => Command::Image { area, source: ImageSource::Inline { format, base64: text } },
        8 => Command::LayerAlpha(small),
        9 => Command::Transparent,
        11 => Command::Animation { area, path: "icons/a,b.gif" },
        12 => Command::StopAnimation { area },
        10 => Command::Image { area, source: ImageSource::Path("icons/a,b.png") },
        _ => Command::Present,
    }
}

fn events(text: &str, n: (i32, i32, u32, u32)) -> Vec<AppEvent<'_>> {
    let (x, y, w, h) = n;
    let button = [MouseButton::Left, MouseButton::Right, MouseButton::Middle][(w % 3) as usize];
    let phase = [TouchPhase::Down, TouchPhase::Move, TouchPhase::Up, TouchPhase::Cancel][(w % 4) as usize];
    let key = [KeyPhase::Down, KeyPhase::Up, KeyPhase::Repeat][(w % 3) as usize];
    let modifiers = Modifiers { shift: w & 1 > 0, ctrl: w & 2 > 0, alt: w & 4 > 0, logo: w & 8 > 0 };
    vec![
        AppEvent::Screen { w, h },
        AppEvent::Resize { w, h },
        AppEvent::DisplayProfile([Profile::Kiosk, Profile::Desktop, Profile::Signage][(w % 3) as usize]),
        AppEvent::MenuAction(text),
        AppEvent::Paste(text),
        AppEvent::Locale("de-DE"),
        AppEvent::Theme("dark large"),
        AppEvent::Key(Key::Text("é")),
        AppEvent::Key(Key::Control(b'c')),
        AppEvent::Key(Key::Named(NamedKey::ALL[(w % 13) as usize])),
        AppEvent::KeyState { phase: key, code: "KeyA", modifiers },
        AppEvent::MouseMove { x, y },
        AppEvent::MouseClick { x, y, button },
        AppEvent::MouseDown { x, y, button },
        AppEvent::MouseUp { x, y, button },
        AppEvent::MouseDrag { x, y },
        AppEvent::MouseWheel { x, y, dx: y, dy: x },
        AppEvent::MouseEnter,
        AppEvent::MouseLeave,
        AppEvent::TouchTap { x, y },
        AppEvent::TouchSwipe { dx: x, dy: y },
        AppEvent::TouchPoint { phase, id: h, x, y },
        AppEvent::Focus(if w & 1 > 0 { Focus::Gained } else { Focus::Lost }),
        AppEvent::Frame { ms: u64::from(w) << 20 },
        AppEvent::AppLaunched("a-b"),
        AppEvent::AppExited("a-b"),
        AppEvent::Notification(Notification { title: "t", body: "a, b", app: "x", time: "10:00" }),
        AppEvent::Reply(text),
    ]
}

proptest! {
    #[test]
    fn decoding_is_the_same_for_any_split(
        bytes in stream(), cuts in proptest::collection::vec(any::<usize>(), 0..8),
    ) {
        prop_assert_eq!(decoded(&bytes, &cuts), decoded(&bytes, &[]));
        let every: Vec<usize> = (0..bytes.len()).collect();
        prop_assert_eq!(decoded(&bytes, &every), decoded(&bytes, &[]));
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        decoded(&bytes, &[]);
        let prefixed = [b"VYOMA_DRAW:".as_slice(), &bytes].concat();
        decoded(&prefixed, &[]);
        let text = String::from_utf8_lossy(&bytes);
        let _ = parse_request(&text);
        let _ = AppEvent::parse(&text);
    }

    #[test]
    fn what_the_writer_writes_the_decoder_reads(
        shape in (any::<u8>(), area(), any::<u32>(), any::<i32>(), any::<u8>()), text in text(),
    ) {
        let wanted = command(shape, &text);
        let mut writer = DrawWriter::new();
        writer.command(&wanted);
        let mut seen = 0;
        Decoder::new().push(writer.as_bytes(), &mut |line: Line<'_>| {
            assert_eq!(line, Line::Draw(Ok(wanted)));
            seen += 1;
            ControlFlow::Continue(())
        });
        prop_assert_eq!(seen, 1);
    }

    #[test]
    fn what_an_event_encodes_an_app_reads(text in text(), n in any::<(i32, i32, u32, u32)>()) {
        for event in events(&text, n) {
            let mut out = Vec::new();
            event.encode(&mut out);
            prop_assert_eq!(out.pop(), Some(b'\n'));
            let line = String::from_utf8(out).unwrap();
            prop_assert_eq!(AppEvent::parse(&line), event);
        }
    }

    #[test]
    fn no_text_breaks_out_of_its_line(text in any::<String>()) {
        let time = &text;
        let notification = Notification { title: &text, body: &text, app: &text, time };
        for event in [
            AppEvent::Reply(&text), AppEvent::Paste(&text), AppEvent::Message(&text),
            AppEvent::MenuAction(&text), AppEvent::Key(Key::Text(&text)), AppEvent::Notification(notification),
        ] {
            let mut out = Vec::new();
            event.encode(&mut out);
            prop_assert_eq!(out.iter().position(|&byte| byte == b'\n'), Some(out.len() - 1));
        }
    }
}

#[test]
fn control_j_arrives_as_enter() {
    let mut out = Vec::new();
    AppEvent::Key(Key::Control(b'J')).encode(&mut out);
    AppEvent::Key(Key::Control(b'C')).encode(&mut out);
    assert_eq!(out, b"\n\x03\n");
}

#[test]
fn a_reply_with_a_newline_is_one_line() {
    let mut out = Vec::new();
    AppEvent::Reply("a\nb").encode(&mut out);
    assert_eq!(out, b"REPLY:a\\nb\n");
}
