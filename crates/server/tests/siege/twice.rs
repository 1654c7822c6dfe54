//! Two programs on one database, and work that was broken off: each is refused or begins again, and nothing is there by half.

use std::{fs, sync::atomic::AtomicBool, time::Duration};

use crate::{
    clients::{Seen, register, write_until},
    house::House,
    killed::nothing_is_lost,
    times,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_second_service_on_one_sqlite_file_is_refused_and_on_one_postgresql_both_work() {
    House::each(async |mut house| {
        house.start(&["--no-daily-backup"]);
        let told = house.data().join("../told.txt");
        let (port, token) = (house.port, house.token.clone());
        if house.database.is_empty() {
            let words = house.refused(&["serve", "--listen", "127.0.0.1:0"]);
            assert!(words.contains("正由另一个服务使用") && words.contains("没有启动"), "{words}");
            let words = house.refused(&["rollback", "--yes"]);
            assert!(words.contains("退回前必须停止全部服务"), "{words}");
            assert_eq!(register(port, &token, "after").unwrap().status, 201, "the first one works on");
            house.kill();
            house.start(&["--no-daily-backup"]);
            house.stop();
            return house.verify();
        }
        let second = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{second}");
        let mut other = house.command(&["serve", "--no-daily-backup", "--listen", &listen]).spawn().unwrap();
        while crate::clients::get(second, "/alive", "").is_none() {
            std::thread::sleep(Duration::from_millis(20));
        }
        let (seen, stop) = (Seen::default(), AtomicBool::new(false));
        std::thread::scope(|scope| {
            for (name, port) in [("a", port), ("b", second), ("c", port), ("d", second)] {
                let (stop, seen, token, told) = (&stop, &seen, &token, &told);
                scope.spawn(move || write_until(port, token, name, told, stop, seen));
            }
            std::thread::sleep(Duration::from_millis(1_500));
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        other.kill().unwrap();
        other.wait().unwrap();
        house.stop();
        assert!(nothing_is_lost(&house, &told).await > 3);
    })
    .await;
}

/// Kills `words` after `moment`; whether it was still at it.
fn broken_off(house: &House, words: &[&str], moment: Duration) -> bool {
    let mut child = house.command(words).stdout(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(moment);
    let at_it = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    at_it
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_was_broken_off_is_whole_after_it_ran_again() {
    let rows = 1_500;
    House::each(async |house| {
        let file = house.data().join("../contacts.csv");
        let mut text = "企业名称,登记编号,类型,诉求内容,登记时间,办结时间,接收方式,问题类别\n".to_owned();
        for at in 0..rows {
            text += &format!("甲超市{at},A{at},投诉,牛奶变质第{at}箱,2026-09-01 10:00:00,,12345热线,食品安全\n");
        }
        fs::write(&file, text).unwrap();
        let words = ["import", "contacts", &file.to_string_lossy()];
        let mut interrupted = 0;
        for at in 0..times("XIAOBAO_SIEGE_BREAKS", 2) {
            let moment = Duration::from_millis(400 + 500 * (at as u64 % 10));
            interrupted += usize::from(broken_off(&house, &words, moment));
            house.run(&["audit", "verify"]);
        }
        let sheet = house.run(&words);
        let db = house.open().await;
        let count = db::Sql { name: "test", text: "SELECT COUNT(*) FROM matter m JOIN contact k ON k.matter_id = m.id WHERE m.outside_number LIKE 'A%'" };
        let found: i64 = db.read(move |tx| tx.scalar(&count, &[])).await.unwrap();
        db.close().await;
        assert_eq!(found, rows, "{sheet}");
        house.verify();
        println!("import: broken off {interrupted} times, {rows} rows each there once");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_and_a_restore_that_were_broken_off_leave_no_half_and_go_through_the_next_time() {
    let house = House::sqlite().await;
    let (saved, back) = (house.data().join("../saved"), house.data().join("../back"));
    let (saved_words, back_words) =
        (saved.to_string_lossy().into_owned(), back.to_string_lossy().into_owned());
    let keys = house.data().join("keys.txt").to_string_lossy().into_owned();
    for at in 0..times("XIAOBAO_SIEGE_BREAKS", 2) {
        broken_off(&house, &["backup", &saved_words], Duration::from_millis(150 + 150 * (at as u64 % 10)));
        if saved.exists() {
            fs::remove_dir_all(&saved).unwrap();
        }
    }
    house.run(&["backup", &saved_words]);
    // The daily one by hand, with its trial restore; the health page tells of it.
    let proved = house.run(&["nightly"]);
    assert!(proved.contains("逐表逐件一致，日志完整"), "{proved}");
    let check = house.command(&["check"]).output().unwrap();
    assert!(crate::house::told(&check).contains("[正常] 备份与试恢复"), "{check:?}");
    let restore = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_xiaobao"));
        command.args(["restore", &saved_words, "--keys", &keys, "--data", &back_words]);
        command
    };
    for at in 0..times("XIAOBAO_SIEGE_BREAKS", 2) {
        let mut child = restore().stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(100 + 150 * (at as u64 % 10)));
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        // The folder is there under its name only when all of it is.
        assert_eq!(back.exists(), back.join("xiaobao.db").exists());
        assert!(!running || !back.exists() || back.join("keys.txt").exists());
        if back.exists() {
            fs::remove_dir_all(&back).unwrap();
        }
    }
    assert!(restore().status().unwrap().success());
    let mut check = std::process::Command::new(env!("CARGO_BIN_EXE_xiaobao"));
    assert!(check.args(["audit", "verify", "--data", &back_words]).status().unwrap().success());
}
