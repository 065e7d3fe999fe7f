//! The system calls an app's process may make, compiled from `seccomp/*.json` when this program was built.

use manifest::Capabilities;
use seccompiler::{apply_filter_all_threads, sock_filter};

include!(concat!(env!("OUT_DIR"), "/filters.rs"));

/// Bytes of one instruction: code (2), jumps (1 and 1), operand (4), little endian.
const INSTRUCTION: usize = 8;

/// Puts the filter of these rights on every thread. A call that is not in it kills the process.
///
/// # Errors
/// If the kernel refuses the filter.
pub(crate) fn apply(capabilities: &Capabilities) -> Result<(), seccompiler::Error> {
    let program = match (capabilities.filesystem, capabilities.network) {
        (false, false) => BASE,
        (true, false) => FILESYSTEM,
        (false, true) => NETWORK,
        (true, true) => FILESYSTEM_NETWORK,
    };
    apply_filter_all_threads(&decode(program))
}

fn decode(program: &[u8]) -> Vec<sock_filter> {
    let mut out = Vec::with_capacity(program.len() / INSTRUCTION);
    for i in program.chunks_exact(INSTRUCTION) {
        let code = u16::from_le_bytes([i[0], i[1]]);
        let k = u32::from_le_bytes([i[4], i[5], i[6], i[7]]);
        out.push(sock_filter { code, jt: i[2], jf: i[3], k });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decode_every_program_is_within_the_kernels_bound() {
        for program in [BASE, FILESYSTEM, NETWORK, FILESYSTEM_NETWORK] {
            assert_eq!(program.len() % INSTRUCTION, 0);
            let decoded = decode(program);
            // BPF_MAXINSNS
            assert!(!decoded.is_empty() && decoded.len() <= 4096);
        }
        assert!(BASE.len() < FILESYSTEM.len() && BASE.len() < NETWORK.len());
    }
}
