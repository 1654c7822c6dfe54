//! R31, R32: reports and official forms leave as Word and PDF files, saying what their page says, to whoever may see the page.

use std::io::{Cursor, Read};

use testkit::{Answer, TestOffice};

use crate::papers::{accepted, done, submitted};

/// A part of a Word file, markup taken off.
fn part(answer: &Answer, name: &str) -> Option<String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(&answer.bytes)).expect("a Word file is an archive");
    let mut text = String::new();
    zip.by_name(name).ok()?.read_to_string(&mut text).unwrap();
    Some(text)
}

fn words(answer: &Answer) -> String {
    let document = part(answer, "word/document.xml").expect("the text");
    document.split('<').map(|piece| piece.split_once('>').map_or("", |(_, words)| words)).collect()
}

fn header<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_leaves_as_a_draft_with_the_words_of_its_page() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        crate::desk::register(&mut head).await;
        let unit = office.officer("head").unit.to_string();
        let form = [("template", "work"), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
        assert_eq!(head.post("/summaries", &form).await.status, 303);
        let list = head.get("/summaries").await;
        let id = list.body.split("href=\"/summaries/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let address = format!("/summaries/{id}");
        assert!(head.get(&address).await.body.contains(&format!("{address}/docx")));

        let file = head.get(&format!("{address}/docx")).await;
        assert_eq!(file.status, 200, "{}", file.text());
        assert!(header(&file, "content-disposition").starts_with("attachment; filename*=UTF-8''"));
        assert_eq!(header(&file, "content-type"), web::DOCX);
        assert!(
            words(&file).contains("接收投诉1件") && words(&file).contains("2026年9月工作总结"),
            "{}",
            words(&file)
        );
        let mark = part(&file, "word/header1.xml").expect("nobody approved it");
        assert!(mark.contains("string=\"草稿\""));

        let file = head.get(&format!("{address}/pdf")).await;
        if file.status == 200 {
            assert!(file.bytes.starts_with(b"%PDF-1."));
        } else {
            assert!(file.text().contains("没有找到中文字体"), "{}", file.text());
        }

        // Another section does not find it, as it does not find the page.
        let mut zhang = office.sign_in("zhang").await;
        let page = zhang.get(&address).await.status;
        for ending in ["docx", "pdf"] {
            assert_eq!(zhang.get(&format!("{address}/{ending}")).await.status, page, "{ending}");
        }

        // A number that was changed is not handed out, and its place is said.
        let page = head.get(&format!("{address}/edit")).await;
        let (version, title) = (page.field("_version"), page.field("title"));
        let text = words(&head.get(&format!("{address}/docx")).await);
        assert!(text.contains("接收投诉1件"));
        let changed = [
            ("_version", version.as_str()),
            ("title", title.as_str()),
            ("text", "一、总体情况\n接收投诉7件。"),
            ("note", "改数"),
        ];
        assert_eq!(head.post(&format!("{address}/edit"), &changed).await.status, 303);
        for ending in ["docx", "pdf"] {
            let refused = head.get(&format!("{address}/{ending}")).await;
            assert_ne!(refused.status, 200, "{ending}");
            assert!(refused.text().contains("7件"), "{}", refused.text());
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_leaves_as_its_page_shows_it_draft_number_and_reach() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        let draft = zhang.get(&format!("{paper}/docx")).await;
        assert_eq!(draft.status, 200, "{}", draft.text());
        assert!(words(&draft).contains("投诉受理决定书") && words(&draft).contains("购买的牛奶变质"));
        assert!(part(&draft, "word/header1.xml").is_some_and(|mark| mark.contains("草稿")));

        done(&mut office.sign_in("head").await, &format!("{paper}/approval"), &[]).await;
        let issued = zhang.get(&format!("{paper}/docx")).await;
        let text = words(&issued);
        assert!(text.contains("〔2026〕第1号") && text.contains("核验码"), "{text}");
        assert!(zhang.get(&format!("{paper}/print")).await.body.contains(&format!("{paper}/docx")));
        // What is masked on the page is masked in the file.
        let page = zhang.get(&format!("{paper}/print")).await;
        assert_eq!(page.body.contains("遮盖件"), part(&issued, "word/header1.xml").is_some());

        // Whoever does not find the page does not find the files.
        for login in ["li", "wang", "station", "admin", "auditor"] {
            let mut other = office.sign_in(login).await;
            let page = other.get(&format!("{paper}/print")).await.status;
            for ending in ["docx", "pdf"] {
                let file = other.get(&format!("{paper}/{ending}")).await.status;
                assert!(
                    file == page || (ending == "pdf" && page == 200),
                    "{login} {ending}: {file}, page {page}"
                );
            }
        }
    })
    .await;
}

/// A brief (简报) takes its number at the approval, per unit and year without gaps; until then it has none, and nobody loses one.
#[tokio::test(flavor = "multi_thread")]
async fn briefs_are_numbered_at_the_approval_without_gaps() {
    TestOffice::each(async |office| {
        let unit = office.officer("zhang").unit.to_string();
        let form = [("template", "brief"), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
        let mut zhang = office.sign_in("zhang").await;
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        for wanted in ["", "2026年第1期", "2026年第2期"] {
            let made = zhang.post("/summaries", &form).await;
            assert_eq!(made.status, 303, "{}", made.text());
            let address = made.location().split('?').next().unwrap().to_owned();
            if wanted.is_empty() {
                // Given up before anybody approved it: it had no number, and none is missing.
                done(&mut zhang, &format!("{address}/discard"), &[]).await;
                continue;
            }
            done(&mut zhang, &format!("{address}/submission"), &[]).await;
            done(&mut head, &format!("{address}/review"), &[]).await;
            assert!(!words(&head.get(&format!("{address}/docx")).await).contains(wanted));
            done(&mut bureau, &format!("{address}/approval"), &[]).await;
            let issued = head.get(&format!("{address}/docx")).await;
            assert!(words(&issued).contains(wanted), "{wanted}: {}", words(&issued));
            assert!(part(&issued, "word/header1.xml").is_none(), "it is approved");
            // Taken back and approved again, it keeps its number.
            done(&mut bureau, &format!("{address}/reopening"), &[("words", "有错字")]).await;
            assert!(part(&head.get(&format!("{address}/docx")).await, "word/header1.xml").is_some());
            done(&mut zhang, &format!("{address}/submission"), &[]).await;
            done(&mut head, &format!("{address}/review"), &[]).await;
            done(&mut bureau, &format!("{address}/approval"), &[]).await;
            assert!(words(&head.get(&format!("{address}/docx")).await).contains(wanted));
        }
    })
    .await;
}
