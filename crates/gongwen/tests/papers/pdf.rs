//! A PDF says what the paper says, on pages of 22 lines, and is not written with a hole in it.

use std::{path::Path, process::Command, sync::OnceLock};

use crate::{
    samples,
    signs::{is_all_there, repeated},
};
use gongwen::{Block, Faces, Paper, Unprintable, pdf};

/// The free faces of this machine; without them nothing can be set, and that is said.
fn faces() -> Option<&'static Faces> {
    static FACES: OnceLock<Option<Faces>> = OnceLock::new();
    let read = || {
        let folder = Path::new("/usr/share/fonts/opentype/noto");
        let names = ["NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc", "NotoSansCJK-Bold.ttc"];
        Faces::read(names.iter().filter_map(|name| std::fs::read(folder.join(name)).ok()).collect())
    };
    let faces = FACES.get_or_init(read).as_ref();
    if faces.is_none() {
        println!("no Noto CJK faces here: no PDF was set");
    }
    faces
}

#[test]
fn the_text_of_the_pages_is_the_text_of_the_paper() {
    let Some(faces) = faces() else { return };
    let own = std::env::var_os("XIAOBAO_PAPERS").map(std::path::PathBuf::from);
    let folder = own.unwrap_or_else(|| Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned());
    let has_reader = Command::new("pdftotext").arg("-v").output().is_ok();
    for (name, paper) in samples::all() {
        let bytes = pdf(&paper, faces).unwrap();
        assert!(bytes.starts_with(b"%PDF-1."), "{name}");
        assert_eq!(bytes, pdf(&paper, faces).unwrap(), "the same paper gives the same bytes");
        let path = folder.join(format!("{name}-own.pdf"));
        std::fs::write(&path, &bytes).unwrap();
        if !has_reader {
            println!("no pdftotext here: {name} was not read");
            continue;
        }
        let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().unwrap();
        let text = String::from_utf8(read.stdout).unwrap();
        let again = repeated(&paper) + "—0123456789";
        is_all_there(name, &text, &paper.lines().concat(), &again);
    }
}

#[test]
fn a_sign_that_no_face_has_is_told_with_its_place_before_anything_is_written() {
    let Some(faces) = faces() else { return };
    let paper = Paper::new("关于𲎯某的通知", vec![Block::Paragraph("当事人王\u{323af}未到场。".into())]);
    let Err(Unprintable::Missing(missing)) = pdf(&paper, faces) else { panic!("it was written") };
    let places: Vec<(char, &str)> = missing.iter().map(|one| (one.sign, one.place.as_str())).collect();
    assert_eq!(places, [('\u{323af}', "关于𲎯某的通知"), ('\u{323af}', "当事人王𲎯未到场。")]);
    let said = Unprintable::Missing(missing).to_string();
    assert!(said.contains("U+323AF") && said.contains("另有 1 处") && said.contains("fonts"), "{said}");
}

#[test]
fn what_is_no_font_is_passed_over() {
    assert!(Faces::read(vec![b"no font".to_vec(), Vec::new()]).is_none());
    if let Some(faces) = faces() {
        let stand_ins = faces.stand_ins();
        assert!(stand_ins.iter().all(|(_, family)| family.contains("SC")), "{stand_ins:?}");
    }
}
