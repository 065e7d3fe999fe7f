//! The contract's sentences about lines, one by one.

use core::ops::ControlFlow;

use vyoma_draw_protocol::limits::MAX_LINE;
use vyoma_draw_protocol::{
    Area, Audio, Command, Decoder, ImageFormat, ImageSource, Line, ProblemKind, Rgba, Target, TextSize,
    Weight,
};

/// Decodes one line and lets `check` look at it.
fn decode(line: &str, check: impl Fn(Line<'_>)) {
    let mut seen = 0;
    let mut bytes = line.as_bytes().to_vec();
    bytes.push(b'\n');
    Decoder::new().push(&bytes, &mut |line: Line<'_>| {
        seen += 1;
        check(line);
        ControlFlow::Continue(())
    });
    assert_eq!(seen, 1, "{line}");
}

fn draws(line: &str, wanted: Command<'_>) {
    decode(&format!("VYOMA_DRAW:{line}"), |got| assert_eq!(got, Line::Draw(Ok(wanted)), "{line}"));
}

fn dropped(line: &str, wanted: ProblemKind) {
    decode(&format!("VYOMA_DRAW:{line}"), |got| match got {
        Line::Draw(Err(error)) => assert_eq!(error.problem.kind(), wanted, "{line}"),
        got => panic!("{line}: {got:?}"),
    });
}

#[test]
fn rectangles_take_both_colour_forms() {
    let area = Area::new(-1, 2, 3, 4);
    draws("fill_rect:-1,2,3,4,0xFF0000ff", Command::FillRect { area, color: Rgba(0xff00_00ff) });
    draws("fill_rect:-1,2,3,4,4278190335", Command::FillRect { area, color: Rgba(0xff00_00ff) });
    draws("rect_border:-1,2,3,4,0", Command::RectBorder { area, color: Rgba(0) });
    draws("clear_region:-1,2,3,4", Command::ClearRegion { area });
    draws("fill_rect_r:-1,2,3,4,1,-9", Command::FillRoundRect { area, color: Rgba(1), radius: -9 });
}

#[test]
fn numbers_are_read_wide_and_saturated() {
    let area = Area::new(i32::MAX, i32::MIN, i32::MAX, 0);
    draws("clear_region:4294967295,-99999999999999999999999,4294967291,-0", Command::ClearRegion { area });
}

#[test]
fn text_may_hold_commas_and_be_empty() {
    let text = |size, text| Command::Text { x: 1, y: 2, color: Rgba(3), size, text };
    draws("draw_text:1,2,3,s,a,b,:c", text(TextSize::Small, "a,b,:c"));
    draws("draw_text:1,2,3,l,", text(TextSize::Large, ""));
    draws("draw_text:1,2,3,", text(TextSize::Medium, ""));
    draws("draw_text:1,2,3, two  spaces ", text(TextSize::Medium, " two  spaces "));
}

#[test]
fn legacy_text_is_medium_and_a_lone_size_letter_is_text() {
    let text = |text| Command::Text { x: 1, y: 2, color: Rgba(3), size: TextSize::Medium, text };
    draws("draw_text:1,2,3,hello, world", text("hello, world"));
    draws("draw_text:1,2,3,s", text("s"));
    draws("draw_text:1,2,3,sm,x", text("sm,x"));
}

#[test]
fn wrapped_and_proportional_text_parse() {
    draws(
        "draw_text_wrap:1,2,30,4,m,a b,c",
        Command::TextWrap { x: 1, y: 2, max_w: 30, color: Rgba(4), size: TextSize::Medium, text: "a b,c" },
    );
    for (name, weight) in [("regular", Weight::Regular), ("bold", Weight::Bold), ("mono", Weight::Mono)] {
        let wanted = Command::Glyphs { x: 1, y: 2, color: Rgba(3), px: 15, weight, text: "a,b" };
        draws(&format!("draw_glyph:1,2,3,15,{name},a,b"), wanted);
    }
}

#[test]
fn images_are_paths_or_inline() {
    let image = |source| Command::Image { area: Area::new(0, 0, 2, 1), source };
    draws("draw_image:0,0,2,1,/apps/a/icon.png", image(ImageSource::Path("/apps/a/icon.png")));
    draws("draw_image:0,0,2,1,a,b.png", image(ImageSource::Path("a,b.png")));
    draws("draw_image:0,0,2,1,png", image(ImageSource::Path("png")));
    let inline = |format, base64| image(ImageSource::Inline { format, base64 });
    draws("draw_image:0,0,2,1,png,iVBO", inline(ImageFormat::Png, "iVBO"));
    draws("draw_image:0,0,2,1,raw,", inline(ImageFormat::Raw, ""));
    dropped("draw_image:0,0,2,1,", ProblemKind::EmptyPath);
}

#[test]
fn window_commands_ignore_what_they_do_not_take() {
    draws("set_layer_alpha:300", Command::LayerAlpha(255));
    draws("set_layer_alpha:-3", Command::LayerAlpha(0));
    for line in ["flush", "present", "flush:", "present:1"] {
        draws(line, Command::Present);
    }
    draws("set_transparent", Command::Transparent);
}

#[test]
fn malformed_commands_are_dropped_by_kind() {
    dropped("fill_rect:1,2,3,4,0x123456789", ProblemKind::Color);
    dropped("fill_rect:1,2,3,4,4294967296", ProblemKind::Color);
    dropped("fill_rect:1,2,3,4,5,6", ProblemKind::Color);
    dropped("fill_rect:1,2,3,4", ProblemKind::Missing);
    dropped("fill_rect", ProblemKind::Missing);
    dropped("fill_rect: 1,2,3,4,5", ProblemKind::Number);
    dropped("fill_rect:1.5,2,3,4,5", ProblemKind::Number);
    dropped("clear_region:1,2,3,4,5", ProblemKind::Number);
    dropped("draw_text:1,2,3", ProblemKind::Missing);
    dropped("draw_text_wrap:1,2,3,4,x,t", ProblemKind::Size);
    dropped("draw_glyph:1,2,3,4,thin,t", ProblemKind::Weight);
    dropped("fill_circle:1,2,3,4", ProblemKind::UnknownCommand);
    dropped("", ProblemKind::UnknownCommand);
    dropped("FLUSH", ProblemKind::UnknownCommand);
}

#[test]
fn errors_name_the_field_and_bound_what_they_quote() {
    let long = "9x".repeat(500);
    decode(&format!("VYOMA_DRAW:fill_rect:{long},0,0,0,0"), |line| {
        let Line::Draw(Err(error)) = line else { panic!("{line:?}") };
        let text = error.to_string();
        assert!(text.starts_with("x is `9x9x") && text.contains("decimal integer"), "{text}");
        assert!(text.len() < 200, "{text}");
    });
}

#[test]
fn audio_lines_parse() {
    let wanted = [
        ("beep:440,200", Audio::Beep { hz: 440, ms: 200 }),
        ("volume:130", Audio::Volume(100)),
        ("mute", Audio::Mute),
        ("unmute", Audio::Unmute),
    ];
    for (line, audio) in wanted {
        decode(&format!("VYOMA_AUDIO:{line}"), |got| assert_eq!(got, Line::Audio(Ok(audio))));
    }
    decode("VYOMA_AUDIO:beep:a,1", |got| assert!(matches!(got, Line::Audio(Err(_)))));
}

#[test]
fn messages_lose_one_space_and_nothing_else() {
    let to = |target, message| Line::To { target, message };
    decode("@supervisor: ping", |got| assert_eq!(got, to(Target::Supervisor, "ping")));
    decode("@supervisor:ping", |got| assert_eq!(got, to(Target::Supervisor, "ping")));
    decode("@supervisor:  input ", |got| assert_eq!(got, to(Target::Supervisor, " input ")));
    decode("@broadcast: a: b", |got| assert_eq!(got, to(Target::Broadcast, "a: b")));
    decode("@reply: ", |got| assert_eq!(got, to(Target::Reply, "")));
    decode("@chat-2: hi", |got| assert_eq!(got, to(Target::App("chat-2"), "hi")));
    for log in ["@", "@foo", "@Foo: x", "@two words: x", "@: x", "hello", "", " VYOMA_DRAW:flush"] {
        decode(log, |got| assert_eq!(got, Line::Log(log)));
    }
}

#[test]
fn invalid_utf8_costs_a_character_and_not_the_line() {
    let mut seen = Vec::new();
    Decoder::new().push(b"VYOMA_DRAW:draw_text:1,2,3,m,a\xffb\nlog \xc3\n@x: \xf0\x9f\n", &mut |line| {
        seen.push(format!("{line:?}"));
        ControlFlow::Continue(())
    });
    assert!(seen[0].contains("a\u{fffd}b"), "{seen:?}");
    assert!(seen[1].contains("log \u{fffd}"), "{seen:?}");
    assert!(seen[2].contains("App(\"x\")"), "{seen:?}");
}

#[test]
fn a_line_above_the_limit_is_discarded_up_to_its_newline() {
    for extra in [0, 1, 5000] {
        for chunk in [usize::MAX, 4096, MAX_LINE] {
            let mut bytes = vec![b'x'; MAX_LINE + extra];
            bytes.extend_from_slice(b"\nVYOMA_DRAW:flush\n");
            let mut decoder = Decoder::new();
            let mut seen = Vec::new();
            for part in bytes.chunks(chunk) {
                decoder.push(part, &mut |line| {
                    seen.push(match line {
                        Line::Log(text) => text.len() as u64,
                        Line::TooLong { bytes } => bytes,
                        _ => 0,
                    });
                    ControlFlow::Continue(())
                });
            }
            assert_eq!(seen, [(MAX_LINE + extra) as u64, 0], "{extra} {chunk}");
        }
    }
}

#[test]
fn a_sink_that_breaks_off_gets_the_rest_later() {
    let bytes = b"VYOMA_DRAW:flush\nVYOMA_DRAW:flush\nlog";
    let mut decoder = Decoder::new();
    let mut taken = 0;
    let mut flushes = 0;
    while taken < bytes.len() {
        taken += decoder.push(&bytes[taken..], &mut |line| match line {
            Line::Draw(Ok(Command::Present)) => {
                flushes += 1;
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        });
        assert!(taken == 17 || taken == 34 || taken == bytes.len(), "{taken}");
    }
    assert_eq!(flushes, 2);
    let mut last = String::new();
    decoder.finish(&mut |line| {
        last = format!("{line:?}");
        ControlFlow::Continue(())
    });
    assert_eq!(last, "Log(\"log\")");
}
