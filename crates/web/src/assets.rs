//! Our own style sheet and script, embedded, addressed by content so that they may be cached for ever.

use std::sync::LazyLock;

use axum::{extract::Path, response::Response};

use crate::{Problem, Result, frozen};

/// A file with its address.
pub struct Asset {
    media: &'static str,
    bytes: &'static [u8],
    address: LazyLock<String>,
}

/// The style sheet.
pub static STYLE: Asset = Asset {
    media: "text/css; charset=utf-8",
    bytes: include_bytes!("../assets/xiaobao.css"),
    address: LazyLock::new(|| address(include_bytes!("../assets/xiaobao.css"), "css")),
};
/// The style sheet of the public pages: large type, no navigation, a few kilobytes.
pub static PUBLIC_STYLE: Asset = Asset {
    media: "text/css; charset=utf-8",
    bytes: include_bytes!("../assets/public.css"),
    address: LazyLock::new(|| address(include_bytes!("../assets/public.css"), "css")),
};
/// The script: improves, never needed.
pub static SCRIPT: Asset = Asset {
    media: "text/javascript; charset=utf-8",
    bytes: include_bytes!("../assets/xiaobao.js"),
    address: LazyLock::new(|| address(include_bytes!("../assets/xiaobao.js"), "js")),
};

/// The style of official papers in print (A4).
pub static PAPER: Asset = Asset {
    media: "text/css; charset=utf-8",
    bytes: include_bytes!("../assets/paper.css"),
    address: LazyLock::new(|| address(include_bytes!("../assets/paper.css"), "css")),
};

fn address(bytes: &[u8], ending: &str) -> String {
    let digest = kernel::hex(&kernel::sm3(bytes));
    format!("/assets/{}.{ending}", digest.get(..16).unwrap_or(&digest))
}

impl Asset {
    /// Its address.
    pub fn path(&'static self) -> &'static str {
        &self.address
    }
}

pub(crate) async fn serve(Path(file): Path<String>) -> Result<Response> {
    let asset = [&STYLE, &PUBLIC_STYLE, &SCRIPT, &PAPER]
        .into_iter()
        .find(|asset| asset.path().ends_with(&file) && !file.is_empty());
    asset.map(|asset| frozen(asset.media, asset.bytes)).ok_or(Problem::NotFound)
}
