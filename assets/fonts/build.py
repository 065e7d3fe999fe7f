#!/usr/bin/env python3
"""Makes the fonts beside this file and in bundle/: subsets of the originals, and the two atlases of hinted cells.

Usage: build.py <dir the packages are unpacked in>   (see README.md for which)

Needs fonttools and freetype-py. The same inputs give the same bytes.
"""

import struct
import sys
import unicodedata
from pathlib import Path

import freetype as ft
from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent


def spans(*pairs):
    return {c for first, last in pairs for c in range(first, last + 1)}


LETTERS = spans(
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x18F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC),
    (0x1E6, 0x1E7), (0x1F4, 0x1F5), (0x1FA, 0x1FF), (0x218, 0x21B), (0x237, 0x237), (0x259, 0x259),
    (0x2BB, 0x2BD), (0x2C6, 0x2C7), (0x2D8, 0x2DD), (0x300, 0x30C), (0x312, 0x312), (0x323, 0x328),
    (0x370, 0x3FF), (0x400, 0x45F), (0x472, 0x475), (0x490, 0x4C4), (0x4CF, 0x4E9), (0x4EE, 0x4F9),
    (0x1E80, 0x1E85), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9),
)
PUNCTUATION = spans((0x2010, 0x2027), (0x202F, 0x205E), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x218B))
SYMBOLS = spans((0x2190, 0x22FF), (0x2300, 0x23FF), (0x25A0, 0x26FF), (0x2700, 0x27BF), (0x2B00, 0x2BFF)) | {0xFFFD}
JOINERS = {0x200C, 0x200D, 0x25CC}
INDIC = (
    "nukt akhn rphf rkrf pref blwf half pstf vatu cjct abvs blws psts haln ccmp locl abvm blwm mark mkmk dist init"
).split()
ARABIC = "ccmp isol init medi fina rlig calt liga mark mkmk curs kern locl".split()
# Without the font's few anchors the shaper centres and stacks marks by their outlines, over every letter.
LATIN = "kern ccmp locl".split()
# What is in most messages, and light: a whole set of pictographs is half a megabyte.
PICTOGRAPHS = {ord(char) for char in (
    "😀😁😂😃😄😅😆😇😉😊😋😌😍😎😐😒😓😔😕😘😛😜😞😟😠😡😢😣😤😥😨😩😪😫😬😭😮😰😱😲😳😴😷🙁🙂🙄🤔🤖👍👎👋🙏👀👤👥💔💡💣💤💬💰💻💾"
    "📁📂📄📈📉📊📋📌📍📎📝📞📡📢📦📧📱📷📺🔀🔁🔄🔇🔊🔋🔌🔍🔑🔒🔓🔔🔗🔥🔧🔨🔴🔵🕐🌙🌞🌟🌡🌧🌳🍀🍎🍺🎁🎉🎧🎯🎵🎶🏁🏆🏠🐛🐞🐧🐱"
    "👑👻👾💀🚀🚗🚧🚨🚩🚪🚫🚶🛑🖥🖨🖱🗑🗓✅❌⭐✨❓❗➕➖"
)} | spans((0x2460, 0x2473))
# 0x2500..=0x259F and 0x2800..=0x28FF are drawn by the rasteriser, seamlessly at every size.


def make_subset(source, target, wanted, tabular=False, features=()):
    font = TTFont(source, recalcTimestamp=False)
    if tabular:
        freeze(font, "tnum")
    options = subset.Options()
    options.layout_features = list(features)
    options.legacy_kern = False
    options.hinting = False
    options.desubroutinize = False
    options.notdef_outline = False
    options.glyph_names = False
    options.name_IDs = [0, 13, 14]
    options.drop_tables += ["DSIG", "STAT", "gasp", "meta", "kern", "BASE", "avar", "MATH", "FFTM"]
    if not features:
        options.drop_tables += ["GSUB", "GPOS", "GDEF"]
    options.recalc_timestamp = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=wanted)
    worker.subset(font)
    font.save(target)
    print(f"{target.name}: {target.stat().st_size} bytes, {len(font.getBestCmap())} characters")
    return set(font.getBestCmap())


def freeze(font, feature):
    """Makes the single substitutions of a feature the default."""
    gsub = font["GSUB"].table
    swaps = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag == feature:
            for index in record.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[index].SubTable:
                    swaps.update(getattr(getattr(table, "ExtSubTable", table), "mapping", {}))
    for table in font["cmap"].tables:
        for code, name in table.cmap.items():
            table.cmap[code] = swaps.get(name, name)


class Cell:
    def __init__(self, w, h):
        self.w, self.h = w, h
        self.rows = [[0] * w for _ in range(h)]

    def put(self, x, y, value):
        if 0 <= x < self.w and 0 <= y < self.h:
            self.rows[y][x] = max(self.rows[y][x], value)

    def ink(self):
        return any(any(row) for row in self.rows)


def centre(bitmap, left):
    """Mean column of the ink, weighted by coverage."""
    ink = [(left + x + 0.5, bitmap.buffer[y * bitmap.pitch + x]) for y in range(bitmap.rows) for x in range(bitmap.width)]
    return sum(x * value for x, value in ink) / max(1, sum(value for _, value in ink))


def outline(face, code, size, cell, baseline):
    """One glyph through the auto-hinter, placed where its unhinted shape has its weight."""
    face.set_char_size(int(size[0] * 64), int(size[1] * 64))
    glyph = face.glyph
    face.load_char(chr(code), ft.FT_LOAD_NO_HINTING | ft.FT_LOAD_RENDER)
    wanted = centre(glyph.bitmap, glyph.bitmap_left) + (cell.w - glyph.linearHoriAdvance / 65536) / 2
    face.load_char(chr(code), ft.FT_LOAD_FORCE_AUTOHINT | ft.FT_LOAD_RENDER)
    bitmap = glyph.bitmap
    left = glyph.bitmap_left + round(wanted - centre(bitmap, glyph.bitmap_left))
    if unicodedata.combining(chr(code)) or bitmap.width >= cell.w:
        left = (cell.w - bitmap.width) // 2
    left = min(max(left, 0), max(cell.w - bitmap.width, 0))
    for y in range(bitmap.rows):
        for x in range(bitmap.width):
            cell.put(left + x, baseline - glyph.bitmap_top + y, bitmap.buffer[y * bitmap.pitch + x] // 17)


def medium(faces, codes):
    cells = {}
    for code in sorted(codes):
        face, scale = next(((f, s) for f, s in faces if f.get_char_index(code)), (None, 1))
        if face is not None:
            cell = cells[code] = Cell(8, 16)
            outline(face, code, (13.3334 * scale, 13.3334 * scale), cell, 13)
    return cells


ACCENTS = {  # mark: three columns, on the row above the letter
    0x300: "#+.", 0x301: ".+#", 0x302: "+#+", 0x303: "##+", 0x304: "###", 0x306: "#.#", 0x307: ".#.", 0x308: "#.#",
    0x309: ".#+", 0x30A: ".#.", 0x30B: "+##", 0x30C: "#+#", 0x30F: "##+", 0x31B: "..#",
}
BELOW = {0x323: ".#.", 0x326: ".#.", 0x327: ".#.", 0x328: "..#"}
LEVEL = {"#": 15, "+": 8, ".": 0}
LOOKALIKES = dict(zip(
    "АВЕЅІЈКМНОРСТУХаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧονАѴ", "ABESIJKMHOPCTYXaeopcyxisjABEZHIKMNOPTYXovAV"))


def small(face, codes):
    drawn = {}
    for line in (HERE / "cells-4x8.txt").read_text().splitlines():
        if line and set(line[2:]) <= set("#+. "):  # else a comment
            drawn[line[0]] = line[2:].split()
    cells = {}
    for code in sorted(codes):
        cell = Cell(4, 8)
        parts = unicodedata.normalize("NFD", chr(code))
        base = LOOKALIKES.get(parts[0], parts[0])
        marks = [ord(mark) for mark in parts[1:]]
        if base in drawn and all(mark in ACCENTS or mark in BELOW for mark in marks):
            if any(mark in ACCENTS for mark in marks):
                base = {"i": "ı", "j": "j"}.get(base, base)
            for y, row in enumerate(drawn[base], 1):
                for x, level in enumerate(row):
                    cell.put(x, y, LEVEL[level])
            top = next((y for y in range(8) if any(cell.rows[y])), 1)
            for mark in marks:
                row, y = (ACCENTS[mark], min(top - 1, 1)) if mark in ACCENTS else (BELOW[mark], 7)
                for x, level in enumerate(row):
                    cell.put(x, max(y, 0), LEVEL[level])
        elif face.get_char_index(code):
            outline(face, code, (6.6667, 8.2), cell, 7)
            # Strokes this thin cover half a pixel each: without more contrast they are fog.
            cell.rows = [[min(15, level * 7 // 4) for level in row] for row in cell.rows]
        elif code not in (0x20, 0xA0):
            continue
        cells[code] = cell
    return cells


def save_atlas(target, cells):
    """u16 count; count times u16 code point, u16 offset; then for each glyph x:4 w:4, y:4 h-1:4, w*h nibbles."""
    index, data = [], bytearray()
    for code, cell in sorted(cells.items()):
        index.append((code, len(data)))
        if not cell.ink():
            data += b"\0\0"
            continue
        ys = [y for y in range(cell.h) if any(cell.rows[y])]
        xs = [x for x in range(cell.w) if any(row[x] for row in cell.rows)]
        x, y, w, h = xs[0], ys[0], xs[-1] - xs[0] + 1, ys[-1] - ys[0] + 1
        nibbles = [cell.rows[y + j][x + i] for j in range(h) for i in range(w)] + [0]
        data += bytes([x << 4 | w, y << 4 | (h - 1)])
        data += bytes(nibbles[i] << 4 | nibbles[i + 1] for i in range(0, len(nibbles) - 1, 2))
    assert len(data) < 1 << 16 and max(cells) < 1 << 16
    blob = struct.pack("<H", len(index)) + b"".join(struct.pack("<HH", *entry) for entry in index) + bytes(data)
    target.write_bytes(blob)
    print(f"{target.name}: {len(blob)} bytes, {len(index)} characters")


def legacy(codec, rows):
    """The characters of some rows of a double-byte character set of East Asia, which are sorted by how common."""
    pairs = (bytes([row, column]) for row in rows for column in range(0xA1, 0xFF))
    return {ord(char) for pair in pairs for char in pair.decode(codec, "ignore") if len(char) == 1}


def bundle(noto, droid):
    """Fonts of single scripts, by ISO 15924 code: what a device may carry beside the embedded ones."""
    folder = HERE / "bundle"
    folder.mkdir(exist_ok=True)
    scripts = {
        "Beng": ("Bengali", (0x980, 0x9FF)),
        "Guru": ("Gurmukhi", (0xA00, 0xA7F)),
        "Gujr": ("Gujarati", (0xA80, 0xAFF)),
        "Orya": ("Oriya", (0xB00, 0xB7F)),
        "Taml": ("Tamil", (0xB80, 0xBFF)),
        "Telu": ("Telugu", (0xC00, 0xC7F)),
        "Knda": ("Kannada", (0xC80, 0xCFF)),
        "Mlym": ("Malayalam", (0xD00, 0xD7F)),
        "Sinh": ("Sinhala", (0xD80, 0xDFF)),
        "Thai": ("Thai", (0xE00, 0xE7F)),
        "Laoo": ("Lao", (0xE80, 0xEFF)),
        "Geor": ("Georgian", (0x10A0, 0x10FF)),
        "Armn": ("Armenian", (0x530, 0x58F)),
    }
    for code, (name, block) in scripts.items():
        wanted = spans(block, (0x964, 0x965)) | JOINERS
        make_subset(noto / f"NotoSans{name}-Regular.ttf", folder / f"{code}.ttf", wanted, features=INDIC)
    hanzi, kanji = legacy("gb2312", range(0xB0, 0xD8)), legacy("euc_jp", range(0xB0, 0xD0))
    kana = spans((0x3000, 0x30FF), (0x31F0, 0x31FF), (0xFF01, 0xFFEE))
    make_subset(droid, folder / "Hani.ttf", hanzi | kanji | kana)
    hangul = legacy("euc_kr", range(0xB0, 0xC9)) | spans((0x3131, 0x318E))
    make_subset(droid, folder / "Hang.ttf", hangul)
    pictographs = spans((0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF))
    make_subset(noto / "NotoSansSymbols2-Regular.ttf", folder / "Zsye.ttf", pictographs)


def main():
    fonts = Path(sys.argv[1]) / "usr/share/fonts"
    inter, noto = fonts / "opentype/inter", fonts / "truetype/noto"
    jetbrains, dejavu = fonts / "truetype/jetbrains-mono", fonts / "truetype/dejavu"
    symbola = fonts / "truetype/ancient-scripts/Symbola_hint.ttf"
    droid = fonts.parent / "fonts-droid-fallback/truetype/DroidSansFallback.ttf"
    letters = LETTERS | PUNCTUATION
    arrows = spans((0x2190, 0x2199), (0x25A0, 0x25FF)) | {0x2713, 0x2717, 0x2605, 0x2606, 0x2661, 0x2665, 0xFFFD}
    for name in ("Regular", "Bold"):
        target = HERE / f"inter-{name.lower()}.otf"
        make_subset(inter / f"Inter-{name}.otf", target, letters | arrows, tabular=True, features=LATIN)
    mono = make_subset(jetbrains / "JetBrainsMono-Medium.ttf", HERE / "jetbrains-mono-medium.ttf", letters | SYMBOLS)
    known = mono | make_subset(dejavu / "DejaVuSansMono.ttf", HERE / "symbols.ttf", SYMBOLS - mono)
    for script, wanted, features in (
        ("Devanagari", spans((0x900, 0x97F)) | JOINERS, INDIC),
        ("Arabic", spans((0x600, 0x6FF)) | JOINERS, ARABIC),
        ("Hebrew", spans((0x590, 0x5FF)) | JOINERS, ARABIC),
    ):
        make_subset(noto / f"NotoSans{script}-Regular.ttf", HERE / f"{script.lower()}.ttf", wanted, features=features)
    make_subset(symbola, HERE / "pictographs.ttf", PICTOGRAPHS - known)
    bundle(noto, droid)
    face = ft.Face(str(jetbrains / "JetBrainsMono-Medium.ttf"))
    fallback = ft.Face(str(dejavu / "DejaVuSansMono.ttf"))
    save_atlas(HERE / "cells-8x16.bin", medium([(face, 1), (fallback, 0.9967)], letters | SYMBOLS))
    save_atlas(HERE / "cells-4x8.bin", small(face, letters | arrows))


main()
