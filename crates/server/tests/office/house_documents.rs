//! Issue 6 points 6 and 8: reports in the office's own Word document; numbers and red heads of templates; roster and day log as files.

use std::io::{Cursor, Read, Write};

use insight::summary::{self, Act, SummaryId};
use testkit::{Answer, TestOffice, Visitor};

use crate::papers::done;

/// A Word file with `body`, and further parts.
fn document(body: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{body}</w:body></w:document>"
    );
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [("word/document.xml", xml.as_str())].iter().chain(parts) {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn paragraph(words: &str) -> String {
    format!("<w:p><w:r><w:t>{words}</w:t></w:r></w:p>")
}

/// The words of a Word file.
fn words(answer: &Answer) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(&answer.bytes)).expect("a Word file is an archive");
    let mut text = String::new();
    zip.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
    let words: String =
        text.split('<').map(|piece| piece.split_once('>').map_or("", |(_, words)| words)).collect();
    words.trim().to_owned()
}

async fn upload(visitor: &mut Visitor, template: &str, bytes: &[u8]) -> Answer {
    let form = [("template", template), ("note", "局办公室的红头")];
    visitor.upload("/summary-documents/new", &form, &[("file", "红头.docx", bytes)]).await
}

/// A document put to use.
async fn in_use(head: &mut Visitor, bureau: &mut Visitor, template: &str, bytes: &[u8]) -> String {
    let offered = upload(head, template, bytes).await;
    assert_eq!(offered.status, 303, "{}", offered.text());
    let at = offered.location().to_owned();
    let released = bureau.post(&format!("{at}/release"), &[]).await;
    assert_eq!(released.status, 303, "{}", released.text());
    at
}

/// A report by `template`, made by `visitor`; its address.
async fn made(office: &TestOffice, visitor: &mut Visitor, template: &str) -> String {
    let unit = office.officer("zhang").unit.to_string();
    let form = [("template", template), ("unit", &unit), ("from", "2026-09-01"), ("to", "2026-09-30")];
    let made = visitor.post("/summaries", &form).await;
    assert_eq!(made.status, 303, "{}", made.text());
    made.location().split('?').next().unwrap().to_owned()
}

/// Submitted by zhang and reviewed by the head.
async fn reviewed(zhang: &mut Visitor, head: &mut Visitor, address: &str) {
    done(zhang, &format!("{address}/submission"), &[]).await;
    done(head, &format!("{address}/review"), &[]).await;
}

const SPLIT: &str = "<w:p><w:r><w:t>关于{</w:t></w:r><w:r><w:t>{标</w:t></w:r><w:r><w:t>题}}的报告（{{单位}}，{{日期}}，{{编号}}）</w:t></w:r></w:p>\
                     <w:p><w:r><w:t>｛｛正文｝｝</w:t></w:r></w:p>";

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_filled_into_the_office_s_own_document_that_two_persons_put_to_use() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        crate::desk::register(&mut head).await;
        let report = made(&office, &mut head, "work").await;
        let page = head.get(&report).await;
        assert!(!page.text().contains("按本局文件样式导出"), "there is none yet");
        let none = head.get(&format!("{report}/own")).await;
        assert!(none.status != 200 && none.text().contains("还没有启用的本局文件样式"), "{}", none.text());

        assert_eq!(office.sign_in("zhang").await.get("/summary-documents/new").await.status, 403);
        let offered = upload(&mut head, "all", &document(SPLIT, &[])).await;
        assert_eq!(offered.status, 303, "{}", offered.text());
        let at = offered.location().to_owned();
        let shown = head.get(&at).await.text();
        for part in ["{{标题}}", "待核准", "{{时期}}", "局办公室的红头"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert_eq!(head.get(&format!("{at}/file")).await.bytes, document(SPLIT, &[]), "as it came");
        assert_eq!(head.post(&format!("{at}/release"), &[]).await.status, 403, "another, of the bureau");
        let own = upload(&mut office.sign_in("bureau").await, "work", &document(SPLIT, &[]))
            .await
            .location()
            .to_owned();
        let mine = office.sign_in("bureau").await.post(&format!("{own}/release"), &[]).await;
        assert!(mine.text().contains("不能由上传的人自己启用"), "{}", mine.text());
        let mut bureau = office.sign_in("bureau").await;
        assert_eq!(bureau.post(&format!("{at}/release"), &[]).await.status, 303);
        assert_eq!(bureau.post(&format!("{at}/release"), &[]).await.status, 409, "once");

        assert!(head.get(&report).await.body.contains(&format!("{report}/own")));
        let filled = head.get(&format!("{report}/own")).await;
        assert_eq!(filled.status, 200, "{}", filled.text());
        let text = words(&filled);
        for part in
            ["草稿（没有批准", "关于中山所2026年9月工作总结的报告（中山所，2026年9月23日，）", "接收投诉1件"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains('{') && !text.contains('｛'), "{text}");
        // The files lie sealed, and nobody out of reach has the report.
        let folder = office.app.config.data.join("documents");
        assert!(folder.is_dir() && !office.app.config.data.join("documents").join("红头.docx").exists());
        assert_eq!(
            office.sign_in("li").await.get(&format!("{report}/own")).await.status,
            office.sign_in("li").await.get(&report).await.status
        );

        assert_eq!(bureau.post(&format!("{at}/end"), &[]).await.status, 303);
        assert!(!head.get(&report).await.text().contains("按本局文件样式导出"));
        assert!(head.get("/summary-templates").await.text().contains("停用"), "its versions stay");
    })
    .await;
}

/// What is not fit is refused with what to mend, nothing is kept of it.
#[tokio::test(flavor = "multi_thread")]
async fn hostile_and_faulty_documents_are_refused_with_what_to_mend() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let body = paragraph("{{正文}}");
        let relation = |kind: &str| {
            format!("<Relationships><Relationship Id=\"a\" Type=\"http://x/relationships/{kind}\" Target=\"http://a.example/x\" TargetMode=\"External\"/></Relationships>")
        };
        let rels = "word/_rels/document.xml.rels";
        for (bytes, sentence) in [
            (b"%PDF-1.7".to_vec(), "不是 Word 文档"),
            (document(&body, &[("word/vbaProject.bin", "x")]), "宏"),
            (document(&body, &[(rels, &relation("attachedTemplate"))]), "文档模板"),
            (document(&body, &[(rels, &relation("hyperlink"))]), "取消超链接"),
            (document(&body, &[("word/styles.xml", "<!DOCTYPE a [<!ENTITY b \"b\">]><a>&b;</a>")]), "实体"),
            (document(&(body.clone() + &paragraph("{{署名}}、{{题标}}")), &[]), "{{题标}}，是不是 {{标题}}"),
            (document(&paragraph("{{标题}}"), &[]), "没有占位 {{正文}}"),
            (document(&paragraph("内容：{{正文}}"), &[]), "单独成段"),
            (document("<w:p><w:ins w:id=\"1\"><w:r><w:t>{{正文}}</w:t></w:r></w:ins></w:p>", &[]), "接受全部修订"),
        ] {
            let refused = upload(&mut head, "all", &bytes).await;
            assert_eq!(refused.status, 422, "{sentence}");
            assert!(refused.text().contains(sentence), "{sentence}: {}", refused.text());
            assert!(refused.body.contains("局办公室的红头"), "what was typed stays");
        }
        let nothing = head.upload("/summary-documents/new", &[("template", "all"), ("note", "甲")], &[]).await;
        assert!(nothing.text().contains("请选择要上传的 Word 文档"), "{}", nothing.text());
        assert!(head.get("/summary-templates").await.text().contains("还没有上传"));
    })
    .await;
}

/// The second reader reads the filled document: a number that stands in the bureau's own file is held against the report's figures.
#[tokio::test(flavor = "multi_thread")]
async fn a_number_of_the_document_that_is_not_borne_out_keeps_the_report_in() {
    TestOffice::each(async |office| {
        let mut bureau = office.sign_in("bureau").await;
        let mut head = office.sign_in("head").await;
        crate::desk::register(&mut head).await;
        let report = made(&office, &mut head, "work").await;
        let body = |words: &str| {
            document(&(paragraph("{{标题}}") + &paragraph("{{正文}}") + &paragraph(words)), &[])
        };
        let at = in_use(&mut head, &mut bureau, "work", &body("本期接收投诉&#55;件。")).await;
        assert!(head.get(&at).await.text().contains("“7件”"), "told when it is uploaded");
        let refused = head.get(&format!("{report}/own")).await;
        assert_ne!(refused.status, 200);
        assert!(
            refused.text().contains("“7件”核对不上") && refused.text().contains("段第"),
            "{}",
            refused.text()
        );
        in_use(&mut head, &mut bureau, "work", &body("本期接收投诉1件。12315热线。")).await;
        let filled = head.get(&format!("{report}/own")).await;
        assert_eq!(filled.status, 200, "{}", filled.text());
    })
    .await;
}

/// A template of the office's own with a 发文字号.
async fn numbered(head: &mut Visitor, bureau: &mut Visitor, name: &str, word: &str) -> String {
    let source = "# 关于{{ period }}消费投诉办理情况的通报\n\n各科室：\n\n{{ days }}，接收投诉{{ n(\"received_complaint\") }}。\n\n特此通报。";
    let typed = |word: &'static str| {
        [
            ("name", "通报"),
            ("source", source),
            ("note", "新"),
            ("series", "number"),
            ("word", word),
            ("has_head", "yes"),
        ]
    };
    let refused = head.post("/summary-templates/new", &typed("")).await;
    assert!(refused.text().contains("请填写发文字号的代字"), "{}", refused.text());
    let mut form = typed("").to_vec();
    form[0].1 = name;
    form[4].1 = word;
    let proposed = head.post("/summary-templates/new", &form).await;
    assert_eq!(proposed.status, 303, "{}", proposed.text());
    let id = proposed.location().trim_start_matches("/summary-templates/").to_owned();
    let from = [("valid_from", "2026-09-23")];
    let taken = bureau.post(&format!("/summary-templates/{id}/activation"), &from).await;
    assert_eq!(taken.status, 303, "{}", taken.text());
    format!("own-{}", id.replace('-', ""))
}

/// Numbers run by word through the office, without gaps, also when several are approved at once; a void one is kept.
#[tokio::test(flavor = "multi_thread")]
async fn circulars_are_numbered_by_word_without_gaps_also_at_once() {
    TestOffice::each(async |office| {
        let (mut head, mut bureau) = (office.sign_in("head").await, office.sign_in("bureau").await);
        let template = numbered(&mut head, &mut bureau, "消保通报", "消保通〔2026〕3号").await;
        let other = numbered(&mut head, &mut bureau, "消保通报（二）", "消保通").await;
        let mut zhang = office.sign_in("zhang").await;
        let mut reports = Vec::new();
        for at in 0..6 {
            let address = made(&office, &mut zhang, if at % 2 == 0 { &template } else { &other }).await;
            reviewed(&mut zhang, &mut head, &address).await;
            reports.push(address);
        }
        let draft = words(&zhang.get(&format!("{}/docx", reports[0])).await);
        assert!(draft.contains("〔\u{3000}\u{3000}〕\u{3000}号") && draft.contains("各科室："), "{draft}");
        let mut tasks = Vec::new();
        for address in &reports[..5] {
            let id: SummaryId = address.trim_start_matches("/summaries/").parse().unwrap();
            let (app, ctx) = (office.app.clone(), office.ctx("bureau"));
            tasks.push(tokio::spawn(async move {
                app.db.write(move |tx| summary::perform(tx, &ctx, id, 1, Act::Approve, "")).await
            }));
        }
        for task in tasks {
            task.await.unwrap().unwrap();
        }
        let register = async |visitor: &mut Visitor| visitor.get("/summary-numbers").await.text();
        let page = register(&mut zhang).await;
        for at in 3..=7 {
            assert_eq!(page.matches(&format!("消保通〔2026〕{at}号")).count(), 1, "{page}");
        }
        let third = summary_of(&mut zhang, &reports[..5], "消保通〔2026〕3号").await;
        let text = words(&zhang.get(&format!("{third}/docx")).await);
        assert!(
            text.starts_with("中山所消保通〔2026〕3号关于") && text.ends_with("2026年9月23日印发"),
            "{text}"
        );
        // Taken back and given up, its number stays void; the next gets the next.
        done(&mut bureau, &format!("{third}/reopening"), &[("words", "不发了")]).await;
        done(&mut zhang, &format!("{third}/discard"), &[]).await;
        done(&mut bureau, &format!("{}/approval", reports[5]), &[]).await;
        let page = register(&mut zhang).await;
        assert!(
            page.contains("消保通〔2026〕8号") && page.contains("消保通〔2026〕3号") && page.contains("作废"),
            "{page}"
        );
    })
    .await;
}

/// The report of `addresses` that bears `number`.
async fn summary_of(visitor: &mut Visitor, addresses: &[String], number: &str) -> String {
    for address in addresses {
        if visitor.get(address).await.text().contains(number) {
            return address.clone();
        }
    }
    panic!("none bears {number}");
}

/// The shipped 通报 wants a word of the office before it takes a number; the shipped 信息专报 takes an issue under its red head.
#[tokio::test(flavor = "multi_thread")]
async fn shipped_circulars_want_a_word_and_specials_take_an_issue() {
    TestOffice::each(async |office| {
        let mut head = office.sign_in("head").await;
        let (mut zhang, mut bureau) = (office.sign_in("zhang").await, office.sign_in("bureau").await);
        for template in ["circular", "special"] {
            let address = made(&office, &mut zhang, template).await;
            let page = zhang.get(&format!("{address}/edit")).await;
            assert!(
                page.text().contains("待起草人填写")
                    && !zhang.get(&address).await.body.contains("class=\"fault\"")
            );
            let text = page.body.split("<textarea id=\"text\"").nth(1).unwrap().split_once('>').unwrap().1;
            let text: String = text
                .split("</textarea>")
                .next()
                .unwrap()
                .lines()
                .filter(|line| !line.starts_with("（待起草人"))
                .map(|line| format!("{line}\n"))
                .collect();
            let typed = [
                ("title", page.field("title")),
                (
                    "text",
                    text.replace("三、存在的问题", "")
                        .replace("四、工作要求", "")
                        .replace("二、情况分析", "")
                        .replace("三、对策建议", ""),
                ),
                ("note", "删去".to_owned()),
            ];
            let typed: Vec<(&str, &str)> = typed.iter().map(|(key, value)| (*key, value.as_str())).collect();
            done(&mut zhang, &format!("{address}/edit"), &typed).await;
            reviewed(&mut zhang, &mut head, &address).await;
            if template == "circular" {
                let version = bureau.get(&format!("{address}/approval")).await.field("_version");
                let refused = bureau.post(&format!("{address}/approval"), &[("_version", &version)]).await;
                assert!(refused.text().contains("还没有发文字号的代字"), "{}", refused.text());
                assert!(zhang.get("/summary-numbers").await.text().contains("还没有编过号"), "no gap");
            } else {
                done(&mut bureau, &format!("{address}/approval"), &[]).await;
                let text = words(&zhang.get(&format!("{address}/docx")).await);
                assert!(text.starts_with("消费维权信息专报2026年第1期中山所2026年9月23日"), "{text}");
            }
        }
    })
    .await;
}

/// R06: the roster and the book of a day leave as Word and PDF, saying what their model says, to whoever sees the page.
#[tokio::test(flavor = "multi_thread")]
async fn roster_and_day_log_leave_as_files() {
    TestOffice::each(async |office| {
        let mut zhang = office.sign_in("zhang").await;
        crate::desk::register(&mut zhang).await;
        for (page, wanted) in [("/duty", "2026年9月值班表"), ("/day-log/2026-09-23", "申诉举报日记")]
        {
            let shown = zhang.get(page).await;
            assert!(shown.body.contains("下载 Word") && shown.body.contains("下载 PDF"), "{}", shown.text());
            let file = zhang.get(&format!("{page}/docx")).await;
            assert_eq!(file.status, 200, "{}", file.text());
            let (app, ctx) = (office.app.clone(), office.ctx("zhang"));
            let is_roster = page == "/duty";
            let (_, paper) = app
                .db
                .read(move |tx| {
                    let (bureau, wish) = (String::from("南岗分局"), duty::PaperWish::default());
                    if is_roster {
                        duty::roster_paper(tx, &ctx, &bureau, &wish)
                    } else {
                        duty::day_log_paper(tx, &ctx, &bureau, ("2026-09-23", &wish))
                    }
                })
                .await
                .unwrap();
            let text = words(&file);
            let own = paper.lines().concat();
            let bare = |text: &str| text.split_once(wanted).unwrap().1.replace(' ', "");
            let title = &paper.lines()[0];
            assert!(text.contains(wanted), "{text}");
            assert_eq!(bare(&text), bare(&own), "{title}");
            let pdf = zhang.get(&format!("{page}/pdf")).await;
            assert!(
                pdf.bytes.starts_with(b"%PDF-1.") || pdf.text().contains("没有找到中文字体"),
                "{}",
                pdf.text()
            );
        }
        for ending in ["docx", "pdf", "print"] {
            let other = zhang.get(&format!("/day-log/2026-09-23/{ending}?unit=nowhere")).await.status;
            assert_eq!(other, 404, "{ending}");
        }
    })
    .await;
}
