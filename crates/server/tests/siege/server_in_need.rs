//! PostgreSQL that is not there when the program starts, and PostgreSQL on a full disk.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::{
    clients::{get, register},
    disk::{says_full, until_full},
    house::{House, told},
    killed::stored,
};

db::sql! {
    BACKEND = "SELECT CAST(pg_backend_pid() AS BIGINT)";
    TABLES = "SELECT CAST(tablename AS TEXT) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename \
              IN ('matter', 'contact', 'journal', 'party', 'search_document', 'clock')";
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_postgresql_it_does_not_start_and_says_what_it_cannot_reach_and_what_to_do() {
    let Some(mut house) = House::postgres().await else { return };
    let right = house.database.clone();
    let (server, name) = right.rsplit_once('/').unwrap();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let wrong = [
        (format!("postgres://xiaobao:secret-word@127.0.0.1:{nobody}/{name}"), "PostgreSQL 是否在运行"),
        (format!("{server}/no_such_database"), "没有这个库"),
    ];
    for (place, look) in wrong {
        house.database = place;
        let from = Instant::now();
        let mut serve = house.serve(&[]);
        let output = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
        let words = told(&output);
        assert!(!output.status.success(), "an end with a fault, so that systemd starts it again: {words}");
        assert!(
            from.elapsed() < Duration::from_secs(60),
            "at once, not after the patience of a running program"
        );
        for wanted in ["连接不上数据库 PostgreSQL", "主机 127.0.0.1", look, "程序没有启动", "数据没有变动"]
        {
            assert!(words.contains(wanted), "{wanted}: {words}");
        }
        assert!(!words.contains("secret-word") && !words.contains("系统正忙"), "{words}");
        assert!(words.contains(&nobody.to_string()) || words.contains("no_such_database"), "{words}");
    }
    house.database = right;
    house.start(&["--no-daily-backup"]);
    house.stop();
    house.verify();
}

/// A small disk for tables, where this machine lets us make one.
struct SmallDisk(PathBuf);

fn run(words: &[&str]) -> bool {
    Command::new(words[0]).args(&words[1..]).output().is_ok_and(|output| output.status.success())
}

impl SmallDisk {
    fn make(owner: &str) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("xiaobao-small-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let disk = Self(folder);
        let well = run(&["mount", "-t", "tmpfs", "-o", "size=64m,mode=700", "tmpfs", disk.path()])
            && run(&["chown", owner, disk.path()]);
        if !well {
            println!("PostgreSQL on a full disk: not run, no mounts here");
        }
        well.then_some(disk)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn resize(&self, kilobytes: u64) {
        let size = format!("remount,size={kilobytes}k");
        assert!(run(&["mount", "-o", &size, self.path()]), "{size}");
    }

    fn used(&self) -> u64 {
        let output = Command::new("df").args(["--output=used", "-k", self.path()]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).lines().last().unwrap().trim().parse().unwrap()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // It may never have been mounted.
        let _ = run(&["umount", "-l", self.path()]);
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// Runs words that no transaction may hold, by the tool of the server.
fn psql(place: &str, words: &str) {
    let output = Command::new("psql").args([place, "-qc", words]).output().unwrap();
    assert!(output.status.success(), "{words}: {}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_of_postgresql_every_refusal_says_so_and_with_room_the_same_program_goes_on() {
    let Some(mut house) = House::postgres().await else { return };
    let db = house.open().await;
    let backend: i64 = db.read(|tx| tx.scalar(&BACKEND, &[])).await.unwrap();
    let rows = db.read(|tx| tx.query(&TABLES, &[])).await.unwrap();
    db.close().await;
    // The server runs on this machine, else there is no disk of its that we could fill.
    let owner = Command::new("stat").args(["-c", "%U", &format!("/proc/{backend}")]).output().unwrap();
    let owner = String::from_utf8_lossy(&owner.stdout).trim().to_owned();
    let Some(disk) = (!owner.is_empty()).then(|| SmallDisk::make(&owner)).flatten() else { return };
    let space = format!("xiaobao_small_{}", std::process::id());
    psql(&house.database, &format!("CREATE TABLESPACE {space} LOCATION '{}'", disk.path()));
    for row in rows {
        let name: String = row.get("name").unwrap();
        psql(&house.database, &format!("ALTER TABLE {name} SET TABLESPACE {space}"));
    }
    house.start(&["--no-daily-backup"]);
    disk.resize(disk.used() + 64);
    let (port, token) = (house.port, house.token.clone());
    let (acknowledged, full) = until_full(port, &token);
    says_full(&full);
    assert_eq!(get(port, "/alive", "").unwrap().status, 200, "what is there can be read");
    disk.resize(64 * 1024);
    let room = register(port, &token, "room").unwrap();
    assert_eq!(room.status, 201, "{}", room.body);
    house.stop();
    let stored = stored(&house).await;
    assert_eq!(stored.len(), acknowledged.len() + 1, "no write that was refused is there");
    let mut last: Vec<_> =
        stored.values().filter_map(|number| number.rsplit('-').next()?.parse::<usize>().ok()).collect();
    last.sort_unstable();
    assert_eq!(last, (1..=stored.len()).collect::<Vec<_>>(), "a refusal leaves no gap");
    for (mark, number) in acknowledged {
        assert_eq!(stored.get(&mark), Some(&number));
    }
    house.verify();
    let place = house.database.clone();
    drop(house);
    let admin = format!("{}/postgres", place.rsplit_once('/').unwrap().0);
    psql(&admin, &format!("DROP TABLESPACE {space}"));
}
