//! One program serves a data folder: a second one on the same SQLite file would compute, send and copy beside the first.
//! The lock is the machine's (`flock`): it is gone with the program, however that ends.

use std::{fs, path::Path};

use web::{Problem, Result};

/// The file that is locked, in the data folder.
pub(crate) const NAME: &str = ".lock";

/// Holds the folder as long as it lives.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "held, never read: its end is the lock's end")] fs::File);

/// Takes the data folder: alone, or `shared` with others that do not take it alone. Servers on one PostgreSQL share a
/// folder of attachments; on SQLite one serves alone.
///
/// # Errors
/// A sentence when another program has it.
pub fn take(data: &Path, shared: bool) -> Result<Lock> {
    let open = || {
        fs::create_dir_all(data)?;
        fs::OpenOptions::new().create(true).append(true).open(data.join(NAME))
    };
    let file = open().map_err(|error| {
        Problem::Malformed(format!(
            "数据目录 {} 不能写入（{error}），没有启动；请检查磁盘是否已满或者只读，以及目录的权限",
            data.display()
        ))
    })?;
    let taken = if shared { file.try_lock_shared() } else { file.try_lock() };
    match taken {
        Ok(()) => Ok(Lock(file)),
        Err(fs::TryLockError::WouldBlock) => Err(Problem::Malformed(format!(
            "数据目录 {} 正由另一个服务使用，本次没有启动；请先停止那个服务，或者用 --data 换一个目录",
            data.display()
        ))),
        Err(fs::TryLockError::Error(error)) => Err(error.into()),
    }
}
