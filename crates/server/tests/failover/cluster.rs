//! The three nodes, kept by `scripts/patroni`.

use std::{path::PathBuf, process::Command};

use kernel::{Entropy, hex};

/// Patroni, etcd and PostgreSQL on loopback, as long as the story runs.
pub(crate) struct Cluster {
    folder: PathBuf,
    /// For `--database` and `--replica`.
    pub(crate) database: String,
    pub(crate) replica: String,
}

fn script(verb: &str, folder: &str) -> (bool, String, String) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/patroni");
    let outcome = Command::new(path).args([verb, folder]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    (outcome.status.success(), text(&outcome.stdout), text(&outcome.stderr))
}

fn is_installed(program: &str) -> bool {
    let places = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&places).any(|place| place.join(program).is_file())
}

impl Cluster {
    pub(crate) fn start() -> Option<Self> {
        if std::env::var("XIAOBAO_TEST_PATRONI").is_ok_and(|word| word == "no") {
            println!("Patroni: not run (XIAOBAO_TEST_PATRONI=no)");
            return None;
        }
        if !["patroni", "etcd"].into_iter().all(is_installed) {
            println!("Patroni: not run (patroni and etcd are not installed; Debian: patroni, etcd-server)");
            return None;
        }
        // In /tmp whatever TMPDIR says: its user must get there, and the path of a socket must be short.
        let folder = PathBuf::from(format!("/tmp/xiaobao-ha-{}", hex(&Entropy::machine().bytes::<4>())));
        let (well, out, err) = script("start", &folder.to_string_lossy());
        assert!(well, "{out}\n{err}");
        let url = |word: &str| {
            let line = out.lines().find_map(|line| line.strip_prefix(word));
            line.expect("the script prints both addresses").trim().to_owned()
        };
        Some(Self { database: url("database "), replica: url("replica "), folder })
    }

    /// Another verb of the script; what it prints.
    pub(crate) fn run(&self, verb: &str) -> String {
        let (well, out, err) = script(verb, &self.folder.to_string_lossy());
        assert!(well, "{verb}: {out}\n{err}");
        out
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let (well, out, err) = script("stop", &self.folder.to_string_lossy());
        if !well {
            eprintln!("the cluster stays: {out} {err}");
        }
    }
}
