//! `xiaobao backup`, `restore`, `move`.

use std::{path::Path, process::ExitCode};

use web::{App, Problem};

use crate::safekeeping::{back_up, back_up_sealed, compare, restore as bring_back, roll_back, transfer};

pub(super) async fn backup(
    app: &App,
    to: &Path,
    (open, with_keys): (bool, bool),
) -> Result<ExitCode, Problem> {
    let manifest =
        if open || with_keys { back_up(app, to, with_keys).await? } else { back_up_sealed(app, to).await? };
    println!(
        "已备份到 {}：{} 张表共 {} 行，文件 {} 个；已打开核对",
        to.display(),
        manifest.tables.len(),
        manifest.rows(),
        manifest.files.len()
    );
    let apart = manifest.apart.join("、");
    if !apart.is_empty() {
        println!("不在备份中，请与备份分开保管：{apart}");
    }
    if with_keys {
        println!("注意：备份里有密钥，拿到它的人可以读出全部个人信息，请分开保管");
    } else {
        println!(
            "备份里没有密钥，请另存 {}；没有密钥{}",
            app.config.data.join("keys.txt").display(),
            if manifest.sealed { "这份备份打不开" } else { "打不开个人信息" }
        );
    }
    for digest in &manifest.missing {
        println!("  附件 {digest} 的文件不见了或者被改动，备份前就是如此");
    }
    Ok(if manifest.missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn nightly(app: &App) -> Result<ExitCode, Problem> {
    let proof = crate::safekeeping::nightly(app).await?;
    println!(
        "已备份并试恢复 {}：{} 行，逐表逐件一致，日志完整，摘要 {}",
        app.config.data.join("backups").join(&proof.name).display(),
        proof.rows,
        proof.digest
    );
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn rollback(
    data: &Path,
    database: &str,
    to: Option<&Path>,
    sure: bool,
) -> Result<ExitCode, Problem> {
    let _lock = crate::lock::take(data, false)
        .map_err(|problem| Problem::Malformed(format!("{problem}。退回前必须停止全部服务")))?;
    let done = roll_back(data, database, to, sure).await?;
    println!("升级前自动备份：{}", done.from.display());
    println!("现库版本 {}", done.levels.0);
    if let (Some(level), Some(later)) = (done.levels.1, done.later) {
        println!("备份的版本 {level}；备份之后新增的日志 {later} 条不在备份里");
    }
    match done.kept {
        None => {
            println!("没有改动任何内容。确认退回请加 --yes");
            Ok(ExitCode::FAILURE)
        }
        Some(kept) => {
            println!("已退回。退回前的数据库另存为 {}", kept.display());
            println!("现在请换回旧版程序再启动：新版程序启动会再次升级");
            Ok(ExitCode::SUCCESS)
        }
    }
}

pub(super) async fn restore(
    from: &Path,
    data: &Path,
    database: &str,
    keys: Option<&Path>,
) -> Result<ExitCode, Problem> {
    let restored = bring_back(from, data, database, keys).await?;
    let manifest = &restored.manifest;
    println!(
        "已恢复到 {}：{} 张表共 {} 行，文件 {} 个，逐表逐件与备份清单一致（备份于 {}）",
        data.display(),
        manifest.tables.len(),
        manifest.rows(),
        manifest.files.len(),
        manifest.made_at
    );
    let apart: Vec<&str> =
        manifest.apart.iter().map(String::as_str).filter(|path| *path != "keys.txt").collect();
    if !apart.is_empty() {
        println!("不在备份中，需要时请另行放回数据目录：{}", apart.join("、"));
    }
    match &restored.journal {
        Some(verdict) => println!("日志：{verdict}"),
        None => {
            println!("没有密钥：启动前请把 keys.txt 放到 {}，再运行 xiaobao audit verify", data.display());
        }
    }
    if !database.is_empty() {
        println!("数据库在 PostgreSQL；附件和密钥在 {}。启动时仍用 --database", data.display());
    }
    Ok(if restored.whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn bring(app: &App, to: &str, verify: bool) -> Result<ExitCode, Problem> {
    if !verify {
        println!(
            "正在搬迁。请先停止服务：搬迁期间本库若有写入，最后核对时会要求补搬。中断后再运行一次同样的命令，从中断的地方接着搬"
        );
        let mut shown = String::new();
        let moved = transfer(app, to, |step| {
            // A line for every table and every hundred thousand rows.
            let line = format!("{} {}", step.table, step.rows / 100_000);
            if line != shown {
                println!("  {:<24} {:>10} 行…", step.table, step.rows);
                shown = line;
            }
            Ok(())
        })
        .await?;
        for content in &moved.contents {
            println!("  {:<24} {:>10} 行  {}", content.table, content.rows, content.digest);
        }
        let rows: u64 = moved.contents.iter().map(|content| content.rows).sum();
        println!(
            "已搬迁 {} 张表共 {rows} 行、检索文档 {} 份，两边逐表摘要一致",
            moved.contents.len(),
            moved.documents
        );
        println!(
            "附件和 keys.txt 没有搬动，仍在 {}：换数据库后继续用这个数据目录启动",
            app.config.data.display()
        );
        return Ok(ExitCode::SUCCESS);
    }
    let all = compare(app, to).await?;
    for pair in &all {
        let ((Some(one), _) | (None, Some(one))) = (&pair.here, &pair.there) else { continue };
        let words = |side: &Option<db::Content>| {
            side.as_ref()
                .map_or_else(|| "没有这张表".to_owned(), |it| format!("{} 行 {}", it.rows, it.digest))
        };
        if pair.same() {
            println!("  一致   {:<24} {}", one.table, words(&pair.here));
        } else {
            println!("  不一致 {:<24} 本库 {}；对方 {}", one.table, words(&pair.here), words(&pair.there));
        }
    }
    let same = all.iter().all(super::super::safekeeping::Compared::same);
    println!("{}", if same { "两边完全一致" } else { "两边不一致" });
    Ok(if same { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
