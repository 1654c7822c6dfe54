//! Backup, restore and move: whole, while serving, proved.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use db::{Db, testing::TestDatabase};
use server::safekeeping::{back_up, back_up_sealed, compare, restore, transfer};
use testkit::TestOffice;

use crate::{desk::register, split::upload};

db::sql! {
    NUMBERS = "SELECT number FROM matter ORDER BY number";
}

/// A folder beside the office's data that is gone with the test.
fn beside(office: &TestOffice, name: &str) -> PathBuf {
    office.app.config.data.join("backups").join(name)
}

fn lay_keys(office: &TestOffice) -> PathBuf {
    let path = office.app.config.data.join("keys.txt");
    fs::write(&path, office.app.ground.keyring.to_text()).unwrap();
    path
}

async fn numbers(db: &Db) -> Vec<String> {
    let read = |tx: &mut db::Tx| {
        tx.query(&NUMBERS, &[])?
            .iter()
            .map(|row| row.get("number"))
            .collect::<Result<Vec<String>, db::Error>>()
    };
    db.read(read).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_writing_is_a_consistent_beginning_and_comes_back_whole() {
    TestOffice::each(async |office| {
        lay_keys(&office);
        let files = office.app.config.data.join("attachments/ab");
        fs::create_dir_all(&files).unwrap();
        fs::write(files.join("abc"), "一份附件").unwrap();
        let mut desk = office.sign_in("desk").await;
        for _ in 0..3 {
            register(&mut desk).await;
        }
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let mut writing = desk.clone();
        let writer = tokio::spawn(async move {
            let mut written = 0;
            while written < 400 && !told.load(Ordering::Relaxed) {
                register(&mut writing).await;
                written += 1;
            }
            written
        });
        let (saved, back) = (beside(&office, "saved"), beside(&office, "back"));
        let manifest = back_up(&office.app, &saved, true).await.unwrap();
        let again = back_up(&office.app, &saved, true).await.unwrap_err();
        stop.store(true, Ordering::Relaxed);
        assert!(writer.await.unwrap() > 0, "something was written meanwhile");
        assert!(again.to_string().contains("已经存在"), "{again}");
        assert!(manifest.missing.is_empty() && manifest.keys);

        let restored = restore(&saved, &back, "", None).await.unwrap();
        assert!(restored.whole, "{:?}", restored.journal);
        let copy = Db::open(&back.join("xiaobao.db").to_string_lossy()).await.unwrap();
        let (then, now) = (numbers(&copy).await, numbers(&office.app.db).await);
        copy.close().await;
        assert!(then.len() >= 3 && now.starts_with(&then), "{} of {}", then.len(), now.len());
        assert_eq!(fs::read_to_string(back.join("attachments/ab/abc")).unwrap(), "一份附件");
        assert_eq!(fs::read_to_string(back.join("keys.txt")).unwrap(), office.app.ground.keyring.to_text());
        let twice = restore(&saved, &back, "", None).await.unwrap_err();
        assert!(twice.to_string().contains("不是空目录"), "{twice}");
        // The restored folder opens as an office does, and finds by words.
        let opened = server::open(&back, "", false).await.unwrap();
        let list = matters::search::narrow(
            matters::within_reach(&opened.app.ctx(kernel::Actor::System("测试"))),
            db::Engine::Sqlite,
            "牛奶",
        );
        assert_eq!(opened.app.db.read(move |tx| tx.select(&list)).await.unwrap().len(), then.len());
        opened.app.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_48_secrets_and_messages_in_the_clear_are_in_no_backup_and_are_named() {
    TestOffice::each(async |office| {
        let data = office.app.config.data.clone();
        lay_keys(&office);
        let secret = "xA7-geheim-geheim";
        let delivery = format!(
            "[sms]\nurl = \"https://sms.example.com/\"\nsecret = \"{secret}\"\n\
             [email]\nhost = \"mail.example.com\"\nfrom = \"a@example.com\"\npassword = \"{secret}\"\nreports = \"mail/bounces\"\n"
        );
        fs::write(data.join("delivery.toml"), &delivery).unwrap();
        fs::write(data.join("delivery.toml~"), &delivery).unwrap();
        fs::write(data.join("oidc.toml"), format!("client_secret = \"{secret}\"\n")).unwrap();
        fs::create_dir_all(data.join("mail/bounces/new")).unwrap();
        fs::write(data.join("mail/bounces/new/1"), secret).unwrap();
        fs::write(data.join("mail/kept.txt"), "一份说明").unwrap();
        for with_keys in [false, true] {
            let saved = beside(&office, if with_keys { "with" } else { "without" });
            let manifest = back_up(&office.app, &saved, with_keys).await.unwrap();
            let mut apart = vec!["delivery.toml", "delivery.toml~", "keys.txt", "mail/bounces", "oidc.toml"];
            apart.retain(|name| !(with_keys && *name == "keys.txt"));
            assert_eq!(manifest.apart, apart);
            for file in files(&saved) {
                let bytes = fs::read(&file).unwrap();
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "{}", file.display());
            }
            let back = beside(&office, if with_keys { "back-with" } else { "back-without" });
            restore(&saved, &back, "", Some(&data.join("keys.txt"))).await.unwrap();
            assert!(back.join("mail/kept.txt").exists() && !back.join("delivery.toml").exists());
        }
    })
    .await;
}

/// Every file under `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_opens_every_sealed_attachment_and_names_the_one_that_is_damaged() {
    TestOffice::each(async |office| {
        lay_keys(&office);
        let mut head = office.sign_in("head").await;
        let number = register(&mut head).await;
        upload(&office, &mut head, &number, "记录.txt").await;
        let good = back_up(&office.app, &beside(&office, "good"), true).await.unwrap();
        assert_eq!(good.missing, [""; 0]);
        let sealed = files(&office.app.config.data.join("attachments"));
        let [sealed] = &sealed[..] else { panic!("{sealed:?}") };
        let mut bytes = fs::read(sealed).unwrap();
        *bytes.last_mut().unwrap() ^= 1;
        fs::write(sealed, bytes).unwrap();
        let damaged = back_up(&office.app, &beside(&office, "damaged"), true).await.unwrap();
        assert_eq!(damaged.missing, [kernel::hex(&kernel::sm3("现场情况文字说明".as_bytes()))]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_tampered_with_or_belongs_to_other_keys_leaves_nothing() {
    TestOffice::each(async |office| {
        let keys = lay_keys(&office);
        register(&mut office.sign_in("desk").await).await;
        fs::write(office.app.config.data.join("note.txt"), "原来的").unwrap();
        let (saved, back) = (beside(&office, "saved"), beside(&office, "back"));
        back_up(&office.app, &saved, false).await.unwrap();
        assert!(!saved.join("keys.txt").exists(), "the keys stay apart");

        let strange = beside(&office, "strange.txt");
        fs::write(&strange, kernel::Keyring::generate(&kernel::Entropy::machine()).to_text()).unwrap();
        let other = restore(&saved, &back, "", Some(&strange)).await.unwrap_err();
        assert!(other.to_string().contains("不是这份备份的密钥"), "{other}");
        let restored = restore(&saved, &back, "", Some(&keys)).await.unwrap();
        assert!(restored.whole && restored.journal.is_some());
        fs::remove_dir_all(&back).unwrap();

        fs::write(saved.join("files/note.txt"), "改过的").unwrap();
        let file = restore(&saved, &back, "", None).await.unwrap_err();
        assert!(file.to_string().contains("note.txt 与清单不符"), "{file}");
        fs::write(saved.join("files/note.txt"), "原来的").unwrap();
        let copy = Db::open(&saved.join("xiaobao.db").to_string_lossy()).await.unwrap();
        let close = db::Sql { name: "test", text: "UPDATE unit SET name = '改过的' WHERE code = '2301'" };
        copy.write(move |tx| tx.execute(&close, &[])).await.unwrap();
        copy.backup_to(&saved.join("changed.db")).await.unwrap();
        copy.close().await;
        fs::rename(saved.join("changed.db"), saved.join("xiaobao.db")).unwrap();
        let table = restore(&saved, &back, "", None).await.unwrap_err();
        assert!(table.to_string().contains("表 unit 与清单不符"), "{table}");
        assert!(!back.exists() && !back.with_added_extension("restoring").exists(), "nothing half is left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_moves_to_the_other_engine_and_back_table_by_table() {
    static NOTHING: &[db::Migration] = &[];
    TestOffice::each(async |office| {
        lay_keys(&office);
        register(&mut office.sign_in("desk").await).await;
        // Every table of the schema is in the move, whoever made it.
        let tables = office.app.db.list_tables().await.unwrap();
        let catalogue = match office.app.db.engine() {
            db::Engine::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name",
            db::Engine::Postgres => "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
        };
        let all = db::Sql { name: "test", text: catalogue };
        let all = office.app.db.read(move |tx| tx.query(&all, &[])).await.unwrap();
        let all: Vec<String> = all.iter().map(|row| row.get("name").unwrap()).collect();
        let of_engine = |name: &str| ["sqlite_", "search_", "schema_"].iter().any(|own| name.starts_with(own));
        let mut wanted: Vec<_> = all.into_iter().filter(|name| !of_engine(name)).collect();
        let mut found: Vec<_> = tables.iter().map(|table| table.name().to_owned()).collect();
        wanted.sort();
        found.sort();
        assert!(wanted.len() > 40 && found == wanted, "{found:?} {wanted:?}");
        let file = beside(&office, "moved.db");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let moved = transfer(&office.app, &file.to_string_lossy(), |_| Ok(())).await.unwrap();
        assert_eq!(moved.contents.len(), tables.len());
        let taken = transfer(&office.app, &file.to_string_lossy(), |_| Ok(())).await.unwrap_err();
        assert!(taken.to_string().contains("已经存在"), "{taken}");
        let all = compare(&office.app, &file.to_string_lossy()).await.unwrap();
        assert!(all.len() == tables.len() && all.iter().all(server::safekeeping::Compared::same));
        register(&mut office.sign_in("desk").await).await;
        let all = compare(&office.app, &file.to_string_lossy()).await.unwrap();
        assert!(all.iter().any(|pair| !pair.same()), "what came later shows");

        // A backup of either engine comes back into a server; a second restore there is refused, nothing is lost.
        let Some(server) = TestDatabase::postgres(NOTHING).await.unwrap() else { return };
        let (saved, back) = (beside(&office, "saved"), beside(&office, "back"));
        back_up(&office.app, &saved, true).await.unwrap();
        assert!(restore(&saved, &back, &server.place(), None).await.unwrap().whole);
        assert!(!back.join("xiaobao.db").exists());
        let there = compare(&office.app, &server.place()).await.unwrap();
        let differs = there.iter().filter(|pair| !pair.same()).count();
        assert_eq!(differs, 0, "{there:?}");
        server
            .db
            .write(|tx| tx.execute(&db::Sql { name: "test", text: "DELETE FROM journal_lane" }, &[]))
            .await
            .unwrap();
        let full = restore(&saved, &beside(&office, "third"), &server.place(), None).await.unwrap_err();
        assert!(full.to_string().contains("不是空的"), "{full}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_moved_database_is_not_served_and_the_next_run_goes_on() {
    static NOTHING: &[db::Migration] = &[];
    TestOffice::each(async |office| {
        lay_keys(&office);
        register(&mut office.sign_in("desk").await).await;
        let file = beside(&office, "moved.db").to_string_lossy().into_owned();
        fs::create_dir_all(beside(&office, "")).unwrap();
        let server = TestDatabase::postgres(NOTHING).await.unwrap();
        let places = server.iter().map(TestDatabase::place).chain([file.clone()]);
        for to in places {
            let stop = |_: &db::Step| Err(db::Error::Other("断了".to_owned()));
            let broken = transfer(&office.app, &to, stop).await.unwrap_err();
            assert!(broken.to_string().contains("断了"), "{broken}");
            let half = if to == file { format!("{file}.moving") } else { to.clone() };
            let opened = if to == file {
                assert!(!Path::new(&file).exists(), "no file of that name before all of it is there");
                // The last connection to it ends on a thread of its own; with it goes what stands beside the file.
                let log = format!("{half}-wal");
                for _ in 0..2_400 {
                    if !Path::new(&log).exists() {
                        break;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(25)).await;
                }
                let folder = beside(&office, "opened");
                fs::create_dir_all(&folder).unwrap();
                fs::copy(&half, folder.join("xiaobao.db")).unwrap();
                server::open(&folder, "", false).await
            } else {
                server::open(&office.app.config.data, &half, false).await
            };
            let refused = opened.err().expect("a half-moved database is refused").to_string();
            assert!(refused.contains("搬迁还没有完成"), "{refused}");
            let moved = transfer(&office.app, &to, |_| Ok(())).await.unwrap();
            assert!(moved.contents.len() > 40);
            let all = compare(&office.app, &to).await.unwrap();
            assert!(all.iter().all(server::safekeeping::Compared::same), "{all:?}");
        }
        assert!(!Path::new(&format!("{file}.moving")).exists());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_backup_holds_nothing_in_the_clear_and_comes_back_only_with_its_keys() {
    TestOffice::each(async |office| {
        let keys = lay_keys(&office);
        register(&mut office.sign_in("desk").await).await;
        let note = "一份说明，明文".repeat(60_000);
        fs::write(office.app.config.data.join("note.txt"), &note).unwrap();
        fs::write(office.app.config.data.join("empty.txt"), "").unwrap();
        let (saved, back) = (beside(&office, "saved"), beside(&office, "back"));
        let made = back_up_sealed(&office.app, &saved).await.unwrap();
        assert!(made.sealed && !made.keys && !saved.join("xiaobao.db").exists());
        for file in files(&saved).into_iter().filter(|file| !file.ends_with("manifest.json")) {
            let bytes = fs::read(&file).unwrap();
            for clear in ["SQLite format 3", "中山所", "一份说明", "牛奶"] {
                let found = bytes.windows(clear.len()).any(|window| window == clear.as_bytes());
                assert!(!found, "{clear} in {}", file.display());
            }
        }
        let locked = restore(&saved, &back, "", None).await.unwrap_err();
        assert!(locked.to_string().contains("已加密，请用 --keys"), "{locked}");
        let restored = restore(&saved, &back, "", Some(&keys)).await.unwrap();
        assert!(restored.whole && restored.journal.is_some());
        assert_eq!(restored.manifest.digest(), made.digest());
        assert_eq!(fs::read_to_string(back.join("note.txt")).unwrap(), note);
        assert_eq!(fs::read_to_string(back.join("empty.txt")).unwrap(), "");
        let copy = Db::open(&back.join("xiaobao.db").to_string_lossy()).await.unwrap();
        assert_eq!(db::difference(&made.contents(), &copy.contents().await.unwrap()), None);
        copy.close().await;
        fs::remove_dir_all(&back).unwrap();

        // Altered, cut off between two pieces, or put in another's place: nothing comes back.
        let sealed = saved.join("files/note.txt.sealed");
        let whole = fs::read(&sealed).unwrap();
        let mut altered = whole.clone();
        altered[1_000] ^= 1;
        let first = 4 + usize::try_from(u32::from_be_bytes(whole[..4].try_into().unwrap())).unwrap();
        for (what, bytes) in [("altered", &altered[..]), ("cut", &whole[..first]), ("empty", &[])] {
            fs::write(&sealed, bytes).unwrap();
            let broken = restore(&saved, &back, "", Some(&keys)).await.unwrap_err();
            assert!(broken.to_string().contains("note.txt 打不开"), "{what}: {broken}");
            assert!(!back.exists(), "{what}");
        }
        fs::copy(saved.join("files/empty.txt.sealed"), &sealed).unwrap();
        assert!(restore(&saved, &back, "", Some(&keys)).await.unwrap_err().to_string().contains("打不开"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_loses_nothing_gives_no_number_twice_and_is_told() {
    TestOffice::each(async |office| {
        let mut desk = office.sign_in("desk").await;
        let first = register(&mut desk).await;
        office.app.ground.clock.set("2026-09-22T23:30:00Z".parse().unwrap());
        let second = register(&mut desk).await;
        assert_ne!(first, second);
        let clock = |health: &server::Health| {
            health.lines.iter().find(|line| line.name == "时钟").map(|line| line.colour).unwrap()
        };
        let health = server::check_health(&office.app).await.unwrap();
        assert!(clock(&health) == "late" && !health.is_well(), "{health:?}");
        let keyring = office.app.ground.keyring.clone();
        let verdict = office.app.db.read(move |tx| journal::verify(tx, &keyring)).await.unwrap();
        assert!(verdict.broken.is_empty(), "{verdict}");
        office.app.ground.clock.set("2026-09-23T02:00:00Z".parse().unwrap());
        register(&mut desk).await;
        assert_eq!(clock(&server::check_health(&office.app).await.unwrap()), "ok", "right again, by itself");
        assert_eq!(numbers(&office.app.db).await.len(), 3);
    })
    .await;
}
