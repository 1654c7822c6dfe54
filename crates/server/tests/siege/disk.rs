//! A disk that is full, and one that cannot be written.

use std::process::{Command, Stdio};

use crate::{
    clients::{Answer, get, register},
    house::{House, told},
    killed::stored,
};

/// Registers until the disk is full: what was acknowledged by its mark with its number, and the first other answer.
pub(crate) fn until_full(port: u16, token: &str) -> (Vec<(String, String)>, Answer) {
    let mut acknowledged = Vec::new();
    let full = (0..3_000).find_map(|at| {
        let mark = format!("d{at}");
        let answer = register(port, token, &mark).unwrap();
        if answer.status == 201 {
            acknowledged.push((mark, answer.json()["matter"]["number"].as_str().unwrap().to_owned()));
            return None;
        }
        Some(answer)
    });
    (acknowledged, full.expect("the disk is full at last"))
}

/// A refusal that says what is wrong, that nothing was kept, and when to come again.
pub(crate) fn says_full(full: &Answer) {
    assert_eq!((full.status, &full.json()["code"]), (503, &"disk".into()), "{}", full.body);
    assert!(full.body.contains("磁盘已满") && full.body.contains("没有保存任何内容"), "{}", full.body);
    assert!(full.head.contains("retry-after: 60"), "{}", full.head);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_every_refusal_says_so_and_with_room_the_same_program_goes_on() {
    let mut house = House::sqlite().await;
    let size_of = |name: &str| std::fs::metadata(house.data().join(name)).map_or(0, |it| it.len());
    let size = size_of("xiaobao.db") + size_of("xiaobao.db-wal");
    // A file may grow to the database's size and little more, as on a full disk; the limit can be lifted from outside.
    let limit = format!("trap '' XFSZ; ulimit -S -f {}; exec \"$@\"", size / 1024 + 1024);
    let serve = house.serve(&["--no-daily-backup"]);
    let mut command = Command::new("bash");
    command.args(["-c", &limit, "bash"]).arg(serve.get_program()).args(serve.get_args());
    let child =
        command.env("XIAOBAO_LOG", "off").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    house.wait_for(child);
    let (port, token) = (house.port, house.token.clone());
    let (acknowledged, full) = until_full(port, &token);
    says_full(&full);
    for at in 0..5 {
        let again = register(port, &token, &format!("f{at}")).unwrap();
        assert!(again.status == 503 && again.body.contains("磁盘"), "{}", again.body);
    }
    assert_eq!(get(port, "/alive", "").unwrap().status, 200, "what is there can be read");
    let pid = house.pid().to_string();
    assert!(Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited"]).status().unwrap().success());
    let room = register(port, &token, "room").unwrap();
    assert_eq!(room.status, 201, "{}", room.body);
    house.stop();
    let stored = stored(&house).await;
    assert_eq!(stored.len(), acknowledged.len() + 1, "no write that was refused is there");
    for (mark, number) in acknowledged {
        assert_eq!(stored.get(&mark), Some(&number));
    }
    house.verify();
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_read_only_disk_it_does_not_start_and_says_why() {
    let mut house = House::sqlite().await;
    let data = house.data().to_string_lossy().into_owned();
    let words = "mount --bind \"$D\" \"$D\" && mount -o remount,bind,ro \"$D\" || exit 77; exec \"$@\"";
    let serve = house.serve(&[]);
    let mut command = Command::new("unshare");
    command.args(["--mount", "--map-root-user", "bash", "-c", words, "bash"]);
    let output = command.arg(serve.get_program()).args(serve.get_args()).env("D", data).output();
    match output {
        Ok(output) if output.status.code() != Some(77) && !told(&output).contains("unshare failed") => {
            assert!(!output.status.success());
            assert!(
                told(&output).contains("不能写入") && told(&output).contains("没有启动"),
                "{}",
                told(&output)
            );
        }
        other => println!("read-only disk: not run, no mounts here ({other:?})"),
    }
    house.start(&[]);
    house.stop();
    house.verify();
}
