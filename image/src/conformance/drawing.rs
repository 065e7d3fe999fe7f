//! Section 2: what each draw command leaves on the screen.

use super::guest::{Guest, Script};
use super::judge::Look::{self, Blank, Ink, Is, Near, Other, Rest, Same};
use super::judge::{self, Area};
use super::lab::Lab;
use super::scene::{Rule, Scene};

/// A rule on what lines draw: identity, words, lines without `VYOMA_DRAW:`, expectations.
type Drawing<'a> = (&'static str, &'static str, &'a [&'static str], &'a [Look]);

/// Where each frame shows which one it is.
const MARK: Area = (632, 0, 8, 8);

const RED: u32 = 0xff_0000;
const GREEN: u32 = 0x00_ff00;
const BLUE: u32 = 0x00_00ff;

/// All of the canvas but the mark's rows.
const BELOW_MARK: Area = (0, 8, 640, 472);

const RECTANGLES: &[Drawing<'_>] = &[
    (
        "2.fill_rect.replace",
        "A=255 replaces",
        &["fill_rect:10,20,30,40,0xff0000ff"],
        &[Is((10, 20, 30, 40), RED), Rest],
    ),
    (
        "2.fill_rect.decimal",
        "a colour may be decimal",
        &["fill_rect:10,20,30,40,4278190335"],
        &[Is((10, 20, 30, 40), RED), Rest],
    ),
    (
        "2.fill_rect.white",
        "the largest decimal colour is white",
        &["fill_rect:1,9,2,2,4294967295"],
        &[Is((1, 9, 2, 2), 0xff_ffff), Rest],
    ),
    (
        "2.fill_rect.hex_case",
        "hex digits of any case",
        &["fill_rect:0,9,4,4,0xAbCdEffF"],
        &[Is((0, 9, 4, 4), 0xab_cdef), Rest],
    ),
    (
        "2.fill_rect.short_hex",
        "one to eight hex digits: 0xff is opaque black",
        &["fill_rect:0,9,4,4,0xff"],
        &[Is((0, 9, 4, 4), 0), Rest],
    ),
    (
        "2.fill_rect.blend",
        "A<255 blends source-over",
        &["fill_rect:0,9,40,40,0x0000ffff", "fill_rect:0,9,20,40,0xff000080"],
        &[Near((0, 9, 20, 40), 0x80_007f, 1), Is((20, 9, 20, 40), BLUE), Rest],
    ),
    (
        "2.fill_rect.blend_backdrop",
        "over unpainted pixels it blends with the backdrop",
        &["fill_rect:0,9,20,40,0xffffff80"],
        &[Near((0, 9, 20, 40), 0x86_888b, 1), Rest],
    ),
    ("2.fill_rect.alpha_zero", "A=0 draws nothing", &["fill_rect:0,9,40,40,0xff000000"], &[Rest]),
    (
        "2.fill_rect.empty",
        "w or h <= 0: nothing",
        &[
            "fill_rect:10,20,0,40,0xff0000ff",
            "fill_rect:10,20,40,0,0xff0000ff",
            "fill_rect:10,20,-5,40,0xff0000ff",
            "fill_rect:10,20,40,-5,0xff0000ff",
        ],
        &[Rest],
    ),
    (
        "2.fill_rect.clip",
        "drawing outside is clipped, silently",
        &[
            "fill_rect:-10,-10,20,30,0xff0000ff",
            "fill_rect:630,470,100,100,0x00ff00ff",
            "fill_rect:1000,1000,5,5,0x0000ffff",
        ],
        &[Is((0, 0, 10, 20), RED), Is((630, 470, 10, 10), GREEN), Rest],
    ),
    (
        "2.numbers.underflow",
        "numbers are read wide and saturated: an underflowed x is far to the right",
        &[
            "fill_rect:4294967295,20,30,40,0xff0000ff",
            "fill_rect:18446744073709551615,20,30,40,0xff0000ff",
            "fill_rect:-99999999999999999999,20,30,40,0xff0000ff",
        ],
        &[Rest],
    ),
    (
        "2.numbers.wide_size",
        "a width beyond 32 bits fills to the edge",
        &["fill_rect:600,20,4294967295,4,0xff0000ff", "fill_rect:10,460,4,99999999999999999999,0x00ff00ff"],
        &[Is((600, 20, 40, 4), RED), Is((10, 460, 4, 20), GREEN), Rest],
    ),
    (
        "2.numbers.far_corner",
        "x + w beyond 32 bits does not wrap",
        &[
            "fill_rect:2147483647,20,2147483647,40,0xff0000ff",
            "fill_rect:-2147483648,20,2147483647,40,0xff0000ff",
        ],
        &[Rest],
    ),
    (
        "2.fill_rect_r.rounded",
        "anti-aliased rounded rectangle",
        &["fill_rect_r:10,20,60,40,0xff0000ff,12"],
        &[
            Is((22, 20, 36, 40), RED),
            Is((10, 32, 60, 16), RED),
            Blank((10, 20, 2, 2)),
            Blank((68, 58, 2, 2)),
            Other((10, 20, 12, 12), (26, 26)),
            Near((10, 20, 60, 40), 0x7f_0808, 0x80),
            Rest,
        ],
    ),
    (
        "2.fill_rect_r.radius_zero",
        "radius 0 is a rectangle",
        &["fill_rect_r:10,20,60,40,0xff0000ff,0"],
        &[Is((10, 20, 60, 40), RED), Rest],
    ),
    (
        "2.fill_rect_r.radius_clamped",
        "the radius is clamped to half the shorter side",
        &["fill_rect_r:10,20,60,40,0xff0000ff,999", "fill_rect_r:110,20,60,40,0xff0000ff,20"],
        &[Same((10, 20, 60, 40), (110, 20)), Ink((10, 39, 2, 2)), Rest],
    ),
    (
        "2.fill_rect_r.radius_negative",
        "a negative radius is none",
        &["fill_rect_r:10,20,6,4,0xff0000ff,-3"],
        &[Is((10, 20, 6, 4), RED), Rest],
    ),
    (
        "2.rect_border.outline",
        "1-pixel outline inside the rectangle",
        &["rect_border:10,20,30,40,0xff0000ff"],
        &[
            Is((10, 20, 30, 1), RED),
            Is((10, 59, 30, 1), RED),
            Is((10, 20, 1, 40), RED),
            Is((39, 20, 1, 40), RED),
            Blank((11, 21, 28, 38)),
            Rest,
        ],
    ),
    (
        "2.rect_border.blend_once",
        "a translucent outline blends each pixel once",
        &["rect_border:10,20,30,40,0xffffff80"],
        &[
            Near((10, 20, 30, 1), 0x86_888b, 1),
            Near((10, 20, 1, 40), 0x86_888b, 1),
            Near((39, 20, 1, 40), 0x86_888b, 1),
            Near((10, 59, 30, 1), 0x86_888b, 1),
            Blank((11, 21, 28, 38)),
            Rest,
        ],
    ),
    (
        "2.rect_border.thin",
        "an outline of 1 pixel, and of none",
        &[
            "rect_border:10,20,1,10,0xff0000ff",
            "rect_border:20,20,10,1,0x00ff00ff",
            "rect_border:40,20,0,10,0x0000ffff",
            "rect_border:40,20,10,-1,0x0000ffff",
        ],
        &[Is((10, 20, 1, 10), RED), Is((20, 20, 10, 1), GREEN), Rest],
    ),
    (
        "2.clear_region.transparent",
        "back to transparent: the backdrop shows",
        &["fill_rect:0,20,100,100,0xff0000ff", "clear_region:10,30,20,20"],
        &[Blank((10, 30, 20, 20)), Is((30, 20, 70, 100), RED), Is((0, 20, 100, 10), RED)],
    ),
    (
        "2.clear_region.clip",
        "clearing outside is clipped; nothing is cleared for w or h <= 0",
        &[
            "fill_rect:0,20,100,100,0xff0000ff",
            "clear_region:-50,-50,-60,400",
            "clear_region:50,20,0,400",
            "clear_region:90,20,4294967295,4294967295",
        ],
        &[Is((0, 20, 90, 100), RED), Rest],
    ),
    (
        "2.origin",
        "the origin is the content's top-left; what was drawn last is on top",
        &["fill_rect:0,0,20,20,0xff0000ff", "fill_rect:10,10,20,20,0x00ff00ff"],
        &[Is((0, 0, 10, 20), RED), Is((10, 10, 20, 20), GREEN)],
    ),
];

const TEXT: &[Drawing<'_>] = &[
    (
        "2.draw_text.sizes",
        "cells of 4x8, 8x16 and 16x32; (x,y) is the first cell's top-left",
        &[
            "draw_text:10,20,0xffffffff,s,M",
            "draw_text:40,20,0xffffffff,m,M",
            "draw_text:70,20,0xffffffff,l,M",
        ],
        &[Ink((10, 20, 4, 8)), Ink((40, 20, 8, 16)), Ink((70, 20, 16, 32)), Rest],
    ),
    (
        "2.draw_text.cells",
        "each code point has its cell",
        &[
            "draw_text:10,20,0xffffffff,m,MiM",
            "draw_text:10,60,0xffffffff,m,M",
            "draw_text:18,60,0xffffffff,m,i",
        ],
        &[Same((10, 20, 16, 16), (10, 60)), Same((10, 20, 8, 16), (26, 20)), Ink((10, 20, 24, 16)), Rest],
    ),
    (
        "2.draw_text.legacy",
        "the fourth field is no size: the older form, medium",
        &["draw_text:10,20,0xffffffff,Hello", "draw_text:10,60,0xffffffff,m,Hello"],
        &[Same((10, 20, 40, 16), (10, 60)), Ink((10, 20, 40, 16)), Rest],
    ),
    (
        "2.draw_text.legacy_letter",
        "a single letter s as the fourth and last field is text",
        &["draw_text:10,20,0xffffffff,s", "draw_text:10,60,0xffffffff,m,s"],
        &[Same((10, 20, 8, 16), (10, 60)), Ink((10, 20, 8, 16)), Rest],
    ),
    (
        "2.draw_text.commas",
        "text may hold commas",
        &["draw_text:10,20,0xffffffff,m,a,b,,c", "draw_text:10,60,0xffffffff,a,b,,c"],
        &[Same((10, 20, 48, 16), (10, 60)), Ink((42, 20, 8, 16)), Ink((10, 20, 48, 16)), Rest],
    ),
    (
        "2.draw_text.empty",
        "empty text is legal and draws nothing",
        &[
            "draw_text:10,20,0xffffffff,m,",
            "draw_text:10,20,0xffffffff,",
            "draw_text_wrap:10,20,100,0xffffffff,m,",
            "draw_glyph:10,40,0xffffffff,20,regular,",
        ],
        &[Rest],
    ),
    (
        "2.draw_text.alpha_zero",
        "0 in the alpha of a text colour draws nothing",
        &[
            "draw_text:10,20,0xffffff00,m,Hello",
            "draw_text_wrap:10,40,100,0xffffff00,m,Hello",
            "draw_glyph:10,90,0xffffff00,20,bold,Hello",
        ],
        &[Rest],
    ),
    (
        "2.draw_text.alpha",
        "the alpha byte of text is honoured",
        &["draw_text:10,20,0xffffffff,l,M", "draw_text:50,20,0xffffff40,l,M"],
        &[Other((10, 20, 16, 32), (50, 20)), Near((50, 20, 16, 32), 0x2b_2f35, 0x2b), Ink((50, 20, 16, 32))],
    ),
    (
        "2.draw_text.clip",
        "text is clipped at the surface's edge per pixel",
        &[
            "draw_text:-8,100,0xffffffff,l,M",
            "draw_text:100,100,0xffffffff,l,M",
            "draw_text:632,200,0xffffffff,l,M",
            "draw_text:200,200,0xffffffff,l,M",
            "draw_text:300,464,0xffffffff,l,M",
            "draw_text:300,300,0xffffffff,l,M",
        ],
        &[
            Same((0, 100, 8, 32), (108, 100)),
            Same((632, 200, 8, 32), (200, 200)),
            Same((300, 464, 16, 16), (300, 300)),
            Ink((300, 464, 16, 16)),
        ],
    ),
    (
        "2.draw_text.far",
        "a huge text outside of the surface costs nothing and draws nothing",
        &[
            "draw_text:4294967295,20,0xffffffff,m,Hello",
            "draw_text:10,-2147483648,0xffffffff,m,Hello",
            "draw_text:-99999,20,0xffffffff,m,Hello",
        ],
        &[Rest],
    ),
    (
        "2.text.one_cell",
        "one cell per code point whatever its script",
        &[
            "draw_text:10,20,0xffffffff,m,|\u{e9}|\u{416}|\u{4e2d}|\u{1f600}|",
            "draw_text:10,60,0xffffffff,m,| | | | |",
            "draw_text:10,100,0xffffffff,m,|",
        ],
        &[
            Same((10, 100, 8, 16), (10, 20)),
            Same((10, 100, 8, 16), (26, 20)),
            Same((10, 100, 8, 16), (42, 20)),
            Same((10, 100, 8, 16), (58, 20)),
            Same((10, 100, 8, 16), (74, 20)),
            Ink((18, 20, 8, 16)),
            Ink((34, 20, 8, 16)),
            Ink((50, 20, 8, 16)),
            Ink((66, 20, 8, 16)),
            Ink((10, 20, 72, 16)),
            Ink((10, 60, 72, 16)),
            Rest,
        ],
    ),
    (
        "2.text.combining",
        "a combining mark shares its base's cell",
        &["draw_text:10,20,0xffffffff,m,e\u{301}|", "draw_text:10,60,0xffffffff,m,e|"],
        &[Same((18, 20, 8, 16), (18, 60)), Other((10, 20, 8, 16), (10, 60)), Ink((10, 20, 16, 16)), Rest],
    ),
    (
        "2.text.missing",
        "a code point no font has draws a box",
        &["draw_text:10,20,0xffffffff,l,\u{e123}", "draw_text:60,20,0xffffffff,l,\u{10abcd}"],
        &[Ink((10, 20, 16, 32)), Same((10, 20, 16, 32), (60, 20)), Rest],
    ),
    (
        "2.text.not_utf8_is_text",
        "replacement characters are drawn, the line is not lost",
        &["draw_text:10,20,0xffffffff,l,\u{fffd}"],
        &[Ink((10, 20, 16, 32)), Rest],
    ),
    (
        "2.draw_text_wrap.words",
        "greedy word wrap; line pitch is the cell's height",
        &[
            "draw_text_wrap:10,20,48,0xffffffff,m,one two three",
            "draw_text:110,20,0xffffffff,m,one",
            "draw_text:110,36,0xffffffff,m,two",
            "draw_text:110,52,0xffffffff,m,three",
        ],
        &[Same((10, 20, 48, 48), (110, 20)), Ink((10, 52, 40, 16)), Ink((10, 20, 48, 48)), Rest],
    ),
    (
        "2.draw_text_wrap.fits",
        "words that fit share a line",
        &[
            "draw_text_wrap:10,20,56,0xffffffff,m,one two three",
            "draw_text:110,20,0xffffffff,m,one two",
            "draw_text:110,36,0xffffffff,m,three",
        ],
        &[Same((10, 20, 56, 32), (110, 20)), Ink((10, 20, 56, 32)), Rest],
    ),
    (
        "2.draw_text_wrap.breaks",
        "a longer word is broken",
        &[
            "draw_text_wrap:10,20,32,0xffffffff,m,abcdefghij",
            "draw_text:110,20,0xffffffff,m,abcd",
            "draw_text:110,36,0xffffffff,m,efgh",
            "draw_text:110,52,0xffffffff,m,ij",
        ],
        &[Same((10, 20, 32, 48), (110, 20)), Ink((10, 52, 16, 16)), Ink((10, 20, 32, 48)), Rest],
    ),
    (
        "2.draw_text_wrap.sizes",
        "wrapped text has the sizes of draw_text",
        &[
            "draw_text_wrap:10,20,16,0xffffffff,s,ab cd",
            "draw_text:110,20,0xffffffff,s,ab",
            "draw_text:110,28,0xffffffff,s,cd",
            "draw_text_wrap:10,60,64,0xffffffff,l,ab cd",
            "draw_text:110,60,0xffffffff,l,ab",
            "draw_text:110,92,0xffffffff,l,cd",
        ],
        &[Same((10, 20, 16, 16), (110, 20)), Same((10, 60, 64, 64), (110, 60)), Ink((10, 60, 32, 64))],
    ),
    (
        "2.draw_text_wrap.bottom",
        "wrapping stops at the surface's bottom",
        &[
            "draw_text_wrap:10,450,32,0xffffffff,m,abcd efgh ijkl mnop qrst",
            "draw_text:110,450,0xffffffff,m,abcd",
            "draw_text:110,466,0xffffffff,m,efgh",
        ],
        &[Same((10, 450, 32, 30), (110, 450)), Ink((10, 450, 32, 30)), Rest],
    ),
    (
        "2.draw_glyph.baseline",
        "y is the baseline: letters without descenders stand on it",
        &["draw_glyph:10,100,0xffffffff,40,regular,HHH"],
        &[Ink((10, 90, 100, 10)), Blank((0, 101, 300, 60)), Ink((0, 60, 300, 41)), Rest],
    ),
    (
        "2.draw_glyph.descender",
        "a descender goes below the baseline",
        &["draw_glyph:10,100,0xffffffff,40,regular,ggg"],
        &[Ink((10, 102, 100, 8)), Ink((0, 60, 300, 60)), Rest],
    ),
    (
        "2.draw_glyph.proportional",
        "regular text is proportional, mono is not",
        &[
            "draw_glyph:10,100,0xffffffff,40,regular,ii|",
            "draw_glyph:10,200,0xffffffff,40,regular,MM|",
            "draw_glyph:10,300,0xffffffff,40,mono,ii|",
            "draw_glyph:10,400,0xffffffff,40,mono,MM|",
        ],
        &[
            Blank((45, 60, 200, 50)),
            Ink((60, 160, 200, 50)),
            Same((60, 260, 40, 60), (60, 360)),
            Ink((60, 360, 40, 60)),
        ],
    ),
    (
        "2.draw_glyph.weights",
        "regular, bold and mono are different faces",
        &[
            "draw_glyph:10,100,0xffffffff,40,regular,R",
            "draw_glyph:110,100,0xffffffff,40,bold,R",
            "draw_glyph:210,100,0xffffffff,40,mono,R",
        ],
        &[
            Other((10, 60, 60, 60), (110, 60)),
            Other((10, 60, 60, 60), (210, 60)),
            Other((110, 60, 60, 60), (210, 60)),
        ],
    ),
    (
        "2.draw_glyph.px",
        "the size is in pixels",
        &["draw_glyph:10,100,0xffffffff,20,bold,H", "draw_glyph:110,100,0xffffffff,40,bold,H"],
        &[Blank((10, 70, 40, 14)), Ink((110, 70, 40, 6)), Ink((10, 85, 40, 4))],
    ),
    (
        "2.draw_glyph.px_none",
        "px <= 0 draws nothing",
        &["draw_glyph:10,100,0xffffffff,0,bold,H", "draw_glyph:10,100,0xffffffff,-20,bold,H"],
        &[Rest],
    ),
];

const IMAGES: &[Drawing<'_>] = &[
    (
        "2.draw_image.raw",
        "raw is w*h RGBA bytes",
        &["draw_image:10,20,2,1,raw,/wAA/wD/AP8="],
        &[Is((10, 20, 1, 1), RED), Is((11, 20, 1, 1), GREEN), Rest],
    ),
    (
        "2.draw_image.raw_blend",
        "raw pixels blend by their alpha",
        &["draw_image:10,20,1,1,raw,////gA=="],
        &[Near((10, 20, 1, 1), 0x86_888b, 1), Rest],
    ),
    (
        "2.draw_image.png_inline",
        "an inline PNG, scaled to w,h",
        &[PNG_INLINE],
        &[Near((10, 20, 40, 30), 0x00_ff00, 2), Rest],
    ),
    (
        "2.draw_image.png",
        "a PNG of the bundle, scaled to w,h",
        &["draw_image:10,20,40,30,green.png"],
        &[Near((10, 20, 40, 30), 0x00_ff00, 2), Rest],
    ),
    (
        "2.draw_image.svg",
        "an SVG of the bundle, scaled to w,h",
        &["draw_image:10,20,40,30,half.svg"],
        &[
            Near((11, 21, 18, 28), 0xff_0000, 2),
            Near((31, 21, 18, 28), 0x00_00ff, 2),
            Ink((10, 20, 40, 30)),
            Rest,
        ],
    ),
    (
        "2.draw_image.jpeg",
        "a JPEG of the bundle",
        &["draw_image:10,20,16,16,grey.jpg"],
        &[Near((10, 20, 16, 16), 0x80_8080, 8), Rest],
    ),
    (
        "2.draw_image.gif",
        "the first frame of a GIF",
        &["draw_image:10,20,16,16,blue.gif"],
        &[Near((10, 20, 16, 16), 0x00_00ff, 2), Rest],
    ),
    (
        "2.draw_image.webp",
        "a WebP of the bundle",
        &["draw_image:10,20,16,16,red.webp"],
        &[Near((10, 20, 16, 16), 0xff_0000, 8), Rest],
    ),
    (
        "2.draw_image.icon",
        "/apps/<name>/<icon> is another app's icon",
        &["draw_image:10,20,16,16,/apps/iconic/icon.svg"],
        &[Near((12, 22, 12, 12), 0x00_ff00, 2), Ink((10, 20, 16, 16)), Rest],
    ),
    (
        "2.draw_image.clip",
        "an image over the edge is clipped",
        &["draw_image:-20,20,40,30,green.png"],
        &[Near((0, 20, 20, 30), 0x00_ff00, 2), Rest],
    ),
    (
        "2.draw_image.empty",
        "w or h <= 0: nothing",
        &["draw_image:10,20,0,30,green.png", "draw_image:10,20,30,-1,green.png"],
        &[Rest],
    ),
];

/// A green pixel.
const PNG_INLINE: &str = "draw_image:10,20,40,30,png,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M/wHwAEAQH/cetH5QAAAABJRU5ErkJggg==";

const FRAMES: &[Drawing<'_>] = &[
    (
        "2.present",
        "present does what flush does",
        &["fill_rect:10,20,30,40,0xff0000ff", "present"],
        &[Is((10, 20, 30, 40), RED), Rest],
    ),
    (
        "2.flush.argument",
        "what follows flush after a colon is ignored",
        &["fill_rect:10,20,30,40,0xff0000ff", "flush:now"],
        &[Is((10, 20, 30, 40), RED), Rest],
    ),
    (
        "2.bad_line.goes_on",
        "a line that cannot be parsed is dropped, and the app goes on",
        &[
            "fill_rect:10,20,30,40",
            "fill_rect:10,20,30,0x1ffffffff",
            "fill_rect:10, 20,30,40,0xff0000ff",
            "fill_rect:10,20,30,40,0x1ffffffff",
            "fill_rect:10,20,30,40,4294967296",
            "fill_rect:10,20,30,40,0x",
            "fill_rect:10,20,30,40,-1",
            "fill_rect:10,20,30,40,red",
            "fill_rect:1.5,20,30,40,0xff0000ff",
            "fill_rect:,20,30,40,0xff0000ff",
            "fill_circle:1,2,3,255",
            "",
            "fill_rect:50,20,30,40,0x00ff00ff",
        ],
        &[Is((50, 20, 30, 40), GREEN), Rest],
    ),
    ("2.many", "20 000 fill_rect lines in a frame", &["#many"], &[Is(BELOW_MARK, 0x12_3456)]),
];

/// The line in whose place the guest prints twenty thousand.
const MANY: &str = "#many";

const CANVAS: &str = "canvas";

/// Commands whose effect the canvas shows: a frame for each rule, all of one app.
pub(super) fn canvas() -> Scene {
    let mut scene = Scene::new("canvas");
    let drawings = [RECTANGLES, TEXT, IMAGES, FRAMES].into_iter().flatten();
    scene.rules = drawings.zip(1..).map(|(drawing, number)| rule(drawing, number)).collect();
    let tables = "[capabilities]\nstdio = true\ndisplay = true\n[window]\nw = 640\nh = 480\n\
                  [input]\nevents = [\"frame\"]\n";
    let guest = Guest::new(CANVAS, tables, Script::new())
        .file("green.png", include_bytes!("files/green.png"))
        .file("grey.jpg", include_bytes!("files/grey.jpg"))
        .file("blue.gif", include_bytes!("files/blue.gif"))
        .file("red.webp", include_bytes!("files/red.webp"))
        .file("half.svg", HALF);
    scene.actor = Some((guest, Script::new()));
    let iconic = Guest::new("iconic", "icon = \"icon.svg\"\n", Script::new()).installed();
    scene.guests.push(iconic.file("icon.svg", ICON));
    scene
}

fn rule(&(id, says, lines, looks): &Drawing<'static>, number: u32) -> Rule {
    let colour = 0x40_0000 | number << 8 | 0x40;
    let (x, y, w, h) = MARK;
    let mut lines: Vec<String> = lines.iter().flat_map(|line| commands(line)).collect();
    lines.insert(0, "VYOMA_DRAW:clear_region:0,0,640,480".to_owned());
    lines.push(format!("VYOMA_DRAW:fill_rect:{x},{y},{w},{h},0x{colour:06x}ff"));
    lines.push("VYOMA_DRAW:flush".to_owned());
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let script = Script::new()
        .say_all(&lines)
        .hear("VYOMA_SYSTEM:frame:")
        .say(&format!("drawn {number}."))
        .hear_line("n");
    let check = move |lab: &mut Lab| {
        lab.line(CANVAS, &format!("drawn {number}."))?;
        let verdict = lab.screen(|picture| {
            judge::judge(picture, &[Is(MARK, colour)], MARK)
                .map_err(|why| format!("the frame is not there: {why}"))?;
            judge::judge(picture, looks, MARK)
        });
        lab.type_text("n")?;
        verdict
    };
    Rule::new(id, says, check).acting(script)
}

fn commands(line: &str) -> Vec<String> {
    if line != MANY {
        return vec![format!("VYOMA_DRAW:{line}")];
    }
    // Every pixel below the mark, piece by piece, and 800 pieces once more.
    let pieces = (0..20_000).map(|i| i % 19_200);
    pieces.map(|i| format!("VYOMA_DRAW:fill_rect:{},{},4,4,0x123456ff", i % 160 * 4, i / 160 * 4)).collect()
}

const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">\
                    <rect width=\"16\" height=\"16\" fill=\"#00ff00\"/></svg>";

/// Red on the left, blue on the right.
const HALF: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 4 3\">\
                    <rect width=\"2\" height=\"3\" fill=\"#ff0000\"/>\
                    <rect x=\"2\" width=\"2\" height=\"3\" fill=\"#0000ff\"/></svg>";
