// The WebAssembly engine's settings that compiled code depends on: one file, read by the compiler (the host tool)
// and by the program that loads what it made (app-host) with
//     #[path = ".../engine-settings.rs"] mod engine_settings;
// Both sides must agree on every line, or the device refuses the app. What only the compiler may set
// (target, optimisation) and what only the runtime may (stack sizes, limits) is set there, not here.

/// Address space kept free for one guest memory, in bytes: all that 32 bits reach, so that compiled code needs no
/// bounds check. It is address space, not memory.
const MEMORY_RESERVATION: u64 = 4 << 30;

/// Unmapped bytes after it: catches the constant offsets of loads and stores.
const MEMORY_GUARD: u64 = 32 << 20;

/// Puts the shared settings on `config`.
pub(crate) fn settings(config: &mut wasmtime::Config) {
    config
        // A guest that never returns is stopped by a tick: the watchdog and the polite stop need it.
        .epoch_interruption(true)
        .consume_fuel(false)
        // Out-of-bounds and stack overflow are page faults. The runtime installs handlers for SIGSEGV, SIGBUS, SIGILL
        // and SIGFPE and an alternate stack per thread: the jail's filter allows for them.
        .signals_based_traps(true)
        .memory_reservation(MEMORY_RESERVATION)
        .memory_guard_size(MEMORY_GUARD)
        .memory_may_move(true)
        .guard_before_linear_memory(true)
        // Data segments are mapped from the loaded file, page by page, when touched.
        .memory_init_cow(true)
        .table_lazy_init(true)
        // A trap names the function; addresses and unwind tables would double the file.
        .generate_address_map(false)
        .native_unwind_info(false)
        .debug_info(false)
        // What Rust, C and Zig emit today, and nothing that a kiosk app has no use for.
        .wasm_component_model(true)
        .wasm_bulk_memory(true)
        .wasm_multi_value(true)
        .wasm_simd(true)
        .wasm_extended_const(true)
        .wasm_tail_call(true)
        .wasm_relaxed_simd(false)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        .wasm_stack_switching(false)
        .wasm_shared_everything_threads(false)
        .gc_support(false)
        .shared_memory(false)
        .concurrency_support(false)
        .compiler_inlining(wasmtime::Inlining::No);
}
