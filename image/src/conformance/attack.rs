//! Apps that go past the standard library: modules that call WASI with what nobody would, and tell what came of it.

use std::fmt::Write as _;

/// What a call is given.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// A number.
    I32(i32),
    /// A number.
    I64(i64),
    /// Address and length of a text.
    Text(&'a [u8]),
    /// Address of a place for results.
    Out,
}

/// The folder that an app with `filesystem` is given.
pub(super) const DATA: Value<'static> = Value::I32(3);

/// Where results go; nobody looks at them.
const OUT: usize = 512;

/// Where texts lie, one after the other.
const TEXTS: usize = 4096;

/// A module that makes calls, one after the other, and tells `errno <n>` of each on its standard error.
#[derive(Debug, Default)]
pub(super) struct Attack {
    imports: String,
    data: String,
    body: String,
    /// Bytes of texts so far.
    texts: usize,
    calls: usize,
}

impl Attack {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Calls a function of `wasi_snapshot_preview1` that answers with an error number.
    pub(super) fn call(mut self, function: &str, values: &[Value<'_>]) -> Self {
        let (mut types, mut arguments) = (String::new(), String::new());
        for value in values {
            let (kinds, pushed) = match value {
                Value::I32(n) => (" i32", format!("(i32.const {n})")),
                Value::I64(n) => (" i64", format!("(i64.const {n})")),
                Value::Out => (" i32", format!("(i32.const {OUT})")),
                Value::Text(bytes) => {
                    let at = TEXTS + self.texts;
                    self.texts += bytes.len();
                    // Writing to a text cannot fail.
                    let _ = write!(self.data, "(data (i32.const {at}) \"");
                    for byte in *bytes {
                        let _ = write!(self.data, "\\{byte:02x}");
                    }
                    self.data += "\")\n";
                    (" i32 i32", format!("(i32.const {at}) (i32.const {})", bytes.len()))
                }
            };
            types += kinds;
            arguments += &pushed;
        }
        let number = self.calls;
        self.calls += 1;
        let _ = writeln!(
            self.imports,
            "(import \"wasi_snapshot_preview1\" \"{function}\" (func $f{number} (param{types}) (result i32)))"
        );
        let _ = writeln!(self.body, "(call $tell (call $f{number} {arguments}))");
        self
    }

    /// The module's text.
    pub(super) fn module(&self) -> Vec<u8> {
        let Self { imports, data, body, .. } = self;
        let pages = (TEXTS + self.texts).div_ceil(65_536) + 1;
        format!(
            "(module
            {imports}
            (import \"wasi_snapshot_preview1\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
            (memory (export \"memory\") {pages})
            (data (i32.const 16) \"errno 00\\n\")
            {data}
            (func $tell (param $errno i32)
              (i32.store8 (i32.const 22) (i32.add (i32.const 48) (i32.div_u (local.get $errno) (i32.const 10))))
              (i32.store8 (i32.const 23) (i32.add (i32.const 48) (i32.rem_u (local.get $errno) (i32.const 10))))
              (i32.store (i32.const 0) (i32.const 16))
              (i32.store (i32.const 4) (i32.const 9))
              (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8))))
            (func (export \"_start\") {body}))"
        )
        .into_bytes()
    }
}
