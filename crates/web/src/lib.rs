#![doc = include_str!("../README.md")]

mod app;
mod assets;
mod download;
mod form;
mod frame;
mod guard;
mod html;
mod input;
mod listing;
mod problem;
mod routes;
pub mod sample;

pub use app::{App, Config, Context, Flash};
pub use assets::{PAPER, PUBLIC_STYLE, SCRIPT, STYLE};
pub use download::{DOCX, PDF, download};
pub use form::{Form, Upload};
pub use frame::{Done, FormErrors, Frame, NavItem, form_page, frozen, page, redirect, redirect_from};
pub use guard::{cookie, holds_nul, layers};
pub use html::{Html, escape};
pub use input::Options;
pub use listing::{Batch, Cell, Class, Column, Listing, Open, asked, export_link, query_of};
pub use problem::{Problem, Result};
pub use routes::{Entry, May, Routes};
pub use sample::Sample;
