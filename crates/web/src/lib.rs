#![doc = include_str!("../README.md")]

mod app;
mod assets;
mod form;
mod frame;
mod guard;
mod html;
mod input;
mod problem;
mod routes;
pub mod sample;

pub use app::{App, Config, Context, Flash};
pub use assets::{SCRIPT, STYLE};
pub use form::{Form, Upload};
pub use frame::{Done, FormErrors, Frame, NavItem, form_page, frozen, page, redirect, redirect_from};
pub use guard::layers;
pub use html::{Html, escape};
pub use input::Options;
pub use problem::{Problem, Result};
pub use routes::{Entry, May, Routes};
pub use sample::Sample;
