//! The host side of VyomaOS: turns source into boot files, and boots, simulates and tests them.

#![forbid(unsafe_code)]

pub mod app;
pub mod audit;
pub mod bench;
pub mod build;
pub mod cli;
pub mod conformance;
pub mod console;
pub mod doctor;
pub mod interrupt;
pub mod picture;
pub mod pin;
pub mod qemu;
pub mod report;
pub mod run;
pub mod signing;
pub mod sim;
pub mod storm;
pub mod suite;
pub mod values;
