//! SEC_54 (peers §8.2, case 54): a forged paper is told from a genuine one by anybody, and the page tells nothing else.

use jiff::ToSpan as _;
use testkit::{TestOffice, Visitor};

use crate::papers::{accepted, done, submitted};

/// The code printed on a paper.
fn code_of(body: &str) -> String {
    let (_, rest) = body.split_once("核验码 <b>").unwrap_or_default();
    rest.split('<').next().unwrap_or_default().to_owned()
}

async fn tried(visitor: &mut Visitor, number: &str, code: &str) -> (u16, String) {
    let answer = visitor.post("/public/paper", &[("number", number), ("code", code)]).await;
    (answer.status, answer.text())
}

const NUMBER: &str = "南岗市监投受〔2026〕第1号";

#[tokio::test(flavor = "multi_thread")]
async fn sec_54_a_paper_is_checked_by_number_and_code_and_nothing_else_is_told() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        assert!(!zhang.get(&paper).await.body.contains("核验码"), "a draft has nothing to check");
        let mut head = office.sign_in("head").await;
        done(&mut head, &format!("{paper}/approval"), &[]).await;
        let printed = zhang.get(&format!("{paper}/print")).await;
        let code = code_of(&printed.body);
        assert_eq!(code.len(), 14, "{code}");
        assert_eq!(code, code_of(&zhang.get(&paper).await.body), "the same wherever it is printed");
        assert!(!printed.body.contains("<svg"), "no public address, no picture");

        let mut anybody = office.stranger();
        let page = anybody.get("/public/paper").await;
        assert_eq!(page.status, 200);
        assert!(anybody.get("/public").await.body.contains("href=\"/public/paper\""));
        let typed = "南岗市监投受[2026]第１号";
        let (status, told) = tried(&mut anybody, typed, &code.to_lowercase().replace('-', " ")).await;
        assert_eq!(status, 200, "{told}");
        for words in
            ["这份文书是真的", "投诉受理决定书", NUMBER, "出具机关 南岗分局", "2026年9月23日", "有效"]
        {
            assert!(told.contains(words), "{words}\n{told}");
        }
        for words in ["王芳", "王*", "好再来", &number, "牛奶", "张伟", "zhang"] {
            assert!(!told.contains(words), "{words} is nobody's\n{told}");
        }

        // Void: found, and said to be void, without the reason.
        done(&mut head, &format!("{paper}/voiding"), &[("words", "收件人姓名写错")]).await;
        let (_, told) = tried(&mut anybody, NUMBER, &code).await;
        assert!(told.contains("这份文书已经作废") && !told.contains("写错"), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_54_a_forged_number_or_code_is_answered_alike_and_waits() {
    TestOffice::each(async |office| {
        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        let mut head = office.sign_in("head").await;
        done(&mut head, &format!("{paper}/approval"), &[]).await;
        let code = code_of(&zhang.get(&paper).await.body);
        let again = submitted(&mut zhang, &number).await;
        done(&mut head, &format!("{again}/approval"), &[]).await;
        let other = code_of(&zhang.get(&again).await.body);
        assert_ne!(code, other, "every paper has its own");

        let mut anybody = office.stranger();
        let (missing, forged) = ("南岗市监投受〔2026〕第99号", "ABCD-EFGH-JKMN");
        let none = tried(&mut anybody, missing, &code).await;
        let wrong = tried(&mut anybody, NUMBER, forged).await;
        assert_eq!(none.0, 422);
        assert_eq!(
            none.1.replace("99号", "1号"),
            wrong.1.replace(forged, &code),
            "alike, but for what was typed"
        );
        assert_eq!(tried(&mut anybody, NUMBER, &other).await.0, 422, "another paper's code opens nothing");
        for _ in 0..4 {
            tried(&mut anybody, NUMBER, forged).await;
        }
        let (_, waits) = tried(&mut office.stranger(), NUMBER, &code).await;
        assert!(waits.contains("填错的次数太多"), "even the right code waits: {waits}");
        let clock = &office.app.ground.clock;
        clock.set(clock.now().checked_add(61.seconds()).unwrap());
        assert_eq!(tried(&mut anybody, NUMBER, &code).await.0, 200, "a minute at most");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_54_the_qr_code_leads_to_the_filled_in_page_of_the_office() {
    TestOffice::each(async |office| {
        let mut admin = office.sign_in("admin").await;
        let page = admin.get("/forms/numbering").await;
        let seal = page.field("seal");
        let kept: Vec<(String, String)> = papers::form::all()
            .iter()
            .filter(|form| form.is_numbered())
            .map(|form| format!("word_{}", form.key))
            .map(|name| (page.field(&name), name))
            .map(|(value, name)| (name, value))
            .collect();
        let mut form: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        form.push(("seal", &seal));
        form.push(("site", "javascript:alert(1)"));
        let answer = admin.post("/forms/numbering", &form).await;
        assert!(answer.status == 422 && answer.text().contains("公开网址请写成"), "{}", answer.text());
        form.pop();
        form.push(("site", "https://12315.example.gov.cn/"));
        assert_eq!(admin.post("/forms/numbering", &form).await.status, 303);

        let (number, mut zhang) = accepted(&office).await;
        let paper = submitted(&mut zhang, &number).await;
        done(&mut office.sign_in("head").await, &format!("{paper}/approval"), &[]).await;
        let printed = zhang.get(&format!("{paper}/print")).await;
        assert!(
            printed.body.contains("<svg class=\"qr\"")
                && printed.text().contains("https://12315.example.gov.cn/public/paper")
        );
        let code = code_of(&printed.body);
        let mut anybody = office.stranger();
        let filled = anybody.get(&format!("/public/paper?number=%E5%8D%97&code={code}")).await;
        assert_eq!((filled.field("number"), filled.field("code")), ("南".to_owned(), code));
        assert!(
            !filled.text().contains("这份文书是真的"),
            "looking alone checks nothing, so a link cannot count tries"
        );
    })
    .await;
}
