//! R33: what somebody has put into a draft and not sent yet.

use db::Sql;
use testkit::TestOffice;

use crate::portal::{COMPLAINT, REPORT, fill, opened, send};

const ROWS: Sql = Sql { name: "test", text: "SELECT name, sealed_name, bytes FROM portal_photo" };
const OLD: Sql =
    Sql { name: "test", text: "UPDATE portal_photo SET name = '旧的.pdf', sealed_name = NULL, bytes = $1" };
const PDF: &[u8] = b"%PDF-1.4\n% Wang Fang 13812345678\n%%EOF\n";

#[tokio::test(flavor = "multi_thread")]
async fn sec_34_photographs_of_a_draft_and_their_names_lie_sealed_until_it_is_sent() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "complaint", COMPLAINT).await;
        citizen.post_files("/public/form/photos", &[], &[("王芳的收据.pdf", PDF)]).await;
        let row = office.app.db.read(|tx| tx.one(&ROWS, &[])).await.unwrap().unwrap();
        let (name, sealed): (String, Vec<u8>) = (row.get("name").unwrap(), row.get("sealed_name").unwrap());
        let bytes: Vec<u8> = row.get("bytes").unwrap();
        assert_eq!(name, "");
        for stored in [&sealed, &bytes] {
            let shows = |plain: &[u8]| stored.windows(plain.len()).any(|window| window == plain);
            assert!(!shows("王芳".as_bytes()) && !shows(b"13812345678") && !shows(b"%PDF"), "{stored:?}");
        }
        assert!(citizen.get("/public/form/photos").await.text().contains("王芳的收据.pdf"));
        let (number, _) = send(&mut citizen).await;
        let mut dispatcher = office.sign_in("dispatcher").await;
        let page = dispatcher.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("王芳的收据.pdf"), "{}", page.text());
        let mut links = page.body.split("href=\"").filter_map(|rest| rest.split('"').next());
        let link = links.find(|link| link.contains("/attachments/")).unwrap().to_owned();
        let file = dispatcher.get(&link).await;
        assert!(file.body.contains("Wang Fang 13812345678"), "{link}: {}", file.status);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_that_lay_unsealed_when_the_program_was_renewed_is_sent_all_the_same() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        fill(&office, &mut citizen, "complaint", COMPLAINT).await;
        citizen.post_files("/public/form/photos", &[], &[("新的.pdf", PDF)]).await;
        office.app.db.write(|tx| tx.execute(&OLD, &db::params![PDF.to_vec()])).await.unwrap();
        assert!(citizen.get("/public/form/photos").await.text().contains("旧的.pdf"));
        let (number, code) = send(&mut citizen).await;
        opened(&office, &number, &code).await;
        let page = office.sign_in("dispatcher").await.get(&format!("/matters/{number}")).await;
        assert!(page.text().contains("旧的.pdf"), "{}", page.text());
    })
    .await;
}

/// SEC_27: what a PDF says of its author cannot be taken out leanly, so whoever reports is told before the file goes.
#[tokio::test(flavor = "multi_thread")]
async fn sec_27_who_uploads_is_told_that_a_pdf_may_name_its_author() {
    TestOffice::each(async |office| {
        let mut citizen = office.stranger();
        let words = "系统不会替您清除";
        assert!(citizen.get("/public/new/report").await.text().contains("PDF 文件里可能存有您的姓名、单位"));
        fill(&office, &mut citizen, "report", REPORT).await;
        let page = citizen.get("/public/form/photos").await;
        assert!(page.text().contains(words) && page.body.contains("files-hint files-pdf"), "{}", page.text());
        let (number, code) = send(&mut citizen).await;
        let page = opened(&office, &number, &code).await.get("/public/matter/supplement").await;
        assert!(page.text().contains(words), "{}", page.text());
    })
    .await;
}
