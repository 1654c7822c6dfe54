#![doc = include_str!("../README.md")]

pub mod commands;
pub mod demo;
mod fonts;
mod gate;
mod health;
mod home;
pub mod licences;
pub mod listen;
pub mod lock;
mod migrations;
mod office;
mod printing;
pub mod safekeeping;
mod worker;

pub use health::{Health, Line as HealthLine, check as check_health};
pub use migrations::MIGRATIONS;
pub use office::{Opened, app_routes, open, open_with, router, samples, selects, statements};
pub use worker::{copy_when_due, queue};
