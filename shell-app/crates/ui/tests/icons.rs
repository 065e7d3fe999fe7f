//! `assets/icons` holds the drawings that the shell draws. `VYOMA_BLESS=1` writes them anew.
use std::fmt::Write as _;
use std::path::Path;

use vyoma_ui::{Form, Icon, Paint, Part};

/// A number with at most two digits after the point, and no zeros at its end.
fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// An element for a part: `stroke` and `fill` name what outlines and filled parts are painted with.
fn element(part: &Part, stroke: &str, fill: &str) -> String {
    let n = number;
    let [x, y, a, b, c] = part.numbers;
    let rect = |paint: &str| {
        format!(
            r#"<rect x="{}" y="{}" width="{}" height="{}" rx="{}"{paint}/>"#,
            n(x),
            n(y),
            n(a),
            n(b),
            n(c)
        )
    };
    match part.form {
        Form::Line => format!(r#"<path d="M{} {} {} {}"{stroke}/>"#, n(x), n(y), n(a), n(b)),
        Form::Arc if c >= 360.0 => {
            format!(r#"<circle cx="{}" cy="{}" r="{}"{stroke}/>"#, n(x), n(y), n(a))
        }
        Form::Arc => {
            let at = |degrees: f32| {
                let (sin, cos) = degrees.to_radians().sin_cos();
                format!("{} {}", n(x + a * sin), n(y - a * cos))
            };
            let large = i32::from(c > 180.0);
            let r = n(a);
            format!(r#"<path d="M{}A{r} {r} 0 {large} 1 {}"{stroke}/>"#, at(b), at(b + c))
        }
        Form::Disc => format!(r#"<circle cx="{}" cy="{}" r="{}"{fill}/>"#, n(x), n(y), n(a)),
        Form::Block => rect(fill),
        Form::Outline => rect(stroke),
    }
}

fn svg(icon: Icon) -> String {
    let (holes, parts): (Vec<_>, Vec<_>) = icon.parts().partition(|(_, paint)| *paint == Paint::Bare);
    let mut svg = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\" fill=\"none\" stroke=\"currentColor\" \
         stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n",
    );
    let filled = " fill=\"currentColor\" stroke=\"none\"";
    let mut indent = "  ";
    if !holes.is_empty() {
        svg.push_str(
            "  <mask id=\"holes\" stroke=\"none\">\n    <rect width=\"24\" height=\"24\" fill=\"#fff\"/>\n",
        );
        for (hole, _) in &holes {
            writeln!(svg, "    {}", element(hole, "", " fill=\"#000\"")).expect("a string takes all");
        }
        svg.push_str("  </mask>\n  <g mask=\"url(#holes)\">\n");
        indent = "    ";
    }
    for (part, _) in &parts {
        writeln!(svg, "{indent}{}", element(part, "", filled)).expect("a string takes all");
    }
    if !holes.is_empty() {
        svg.push_str("  </g>\n");
    }
    svg + "</svg>\n"
}

#[test]
fn icons_are_what_the_shell_draws() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../assets/icons");
    for icon in Icon::ALL {
        let path = folder.join(icon.name()).with_extension("svg");
        if std::env::var_os("VYOMA_BLESS").is_some() {
            std::fs::write(&path, svg(icon)).expect("written");
        }
        let found = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(found == svg(icon), "{} is not as drawn: run this test with VYOMA_BLESS=1", path.display());
    }
    let files = std::fs::read_dir(&folder).expect("the folder").count();
    assert_eq!(files, Icon::ALL.len(), "no drawing without a shape");
}
