//! One run: what is asked, in which order, and the table that comes of it.

use std::{
    fs, io,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    bare, life, load,
    office::{Office, Place},
    reads, rows, typing,
};

#[derive(clap::Args)]
pub struct Measure {
    /// The release program.
    #[arg(long)]
    program: PathBuf,
    /// Data folder with a bureau of `seed`. It is used up: give a copy.
    #[arg(long)]
    data: PathBuf,
    /// `postgres://…` of the same bureau; otherwise the SQLite file of the folder.
    #[arg(long, default_value = "")]
    database: String,
    /// Where bare rows go on PostgreSQL: another database, empty.
    #[arg(long, default_value = "")]
    bare: String,
    /// Parts to measure, by their names.
    #[arg(long, value_delimiter = ',', default_value = "reads,typing,life,bare,burst,overload,figures")]
    parts: Vec<String>,
    /// Clients at the same time.
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// Shorter stretches of everything.
    #[arg(long)]
    quick: bool,
}

impl Measure {
    fn wants(&self, part: &str) -> bool {
        self.parts.iter().any(|wanted| wanted == part)
    }

    fn span(&self, quick: u64, full: u64) -> Duration {
        Duration::from_secs(if self.quick { quick } else { full })
    }

    fn file(&self) -> String {
        if self.database.is_empty() {
            self.data.join("xiaobao.db").to_string_lossy().into_owned()
        } else {
            self.database.clone()
        }
    }
}

fn busy() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn head(title: &str, columns: &str) {
    println!("\n### {title}\n\nload average {}\n\n| {columns} |", busy());
    println!("|{}", "---|".repeat(columns.matches('|').count() + 1));
}

pub fn run(measure: &Measure) -> io::Result<()> {
    let place = Place {
        program: measure.program.clone(),
        data: measure.data.clone(),
        database: measure.database.clone(),
    };
    let (matters, traders, numbers, units) = rows::size(&measure.file());
    let engine = if measure.database.is_empty() { "SQLite" } else { "PostgreSQL" };
    let office = Office::open(&place, 64)?;
    head(&format!("{engine}, {matters} matters, {traders} traders"), "what | figure");
    println!("| binary | {:.1} MB |", bytes(fs::metadata(&place.program)?.len()));
    if measure.database.is_empty() {
        println!("| database file | {:.0} MB |", bytes(fs::metadata(measure.file())?.len()));
    }
    println!("| start to the first page | {:.3} s |", office.start.as_secs_f64());
    memory(&office, "idle")?;
    if measure.wants("reads") {
        read(measure, &office, &numbers, &units)?;
    }
    if measure.wants("typing") {
        type_on(measure, &office)?;
    }
    let mut bar = (0.0, 0.0);
    if measure.wants("life") {
        bar = live(measure, &office)?;
    }
    if measure.wants("burst") {
        burst(measure, &office);
    }
    if measure.wants("overload") {
        overload(measure, &office, bar);
    }
    if measure.wants("figures") {
        figures(measure, &office)?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "megabytes")]
fn bytes(count: u64) -> f64 {
    count as f64 / 1_048_576.0
}

fn memory(office: &Office, when: &str) -> io::Result<()> {
    let memory = office.memory()?;
    println!(
        "| memory {when} | {:.0} MB, of it {:.0} MB its own and the rest pages of files; highest {:.0} MB |",
        memory.all, memory.own, memory.most
    );
    Ok(())
}

fn read(measure: &Measure, office: &Office, numbers: &[String], units: &[String]) -> io::Result<()> {
    head("What people look at, 4 clients", "page | count | p50 ms | p95 | p99 | errors");
    for page in reads::pages(numbers, units) {
        // Once before it counts: the first look reads the disk.
        reads::run(office, &page, 1, Duration::ZERO)?;
        let took = reads::run(office, &page, 4, measure.span(1, 5))?;
        println!("| {} | {} | {took} |", page.name, took.count());
    }
    println!();
    memory(office, "after looking")
}

/// Suggestions while somebody types: one at the desk, then four; the bar is 150 ms, of the earlier matters 100.
fn type_on(measure: &Measure, office: &Office) -> io::Result<()> {
    head("Suggestions while typing", "clients | count | p50 ms | p95 | p99 | errors | processor ms each");
    // Once before it counts: the first look warms the words.
    typing::run(office, 1, Duration::ZERO)?;
    for clients in [1, 4] {
        let before = office.processor()?;
        let took = typing::run(office, clients, measure.span(2, 10))?;
        let each = (office.processor()? - before) * 1000.0
            / f64::from(u32::try_from(took.count().max(1)).unwrap_or(1));
        println!("| {clients} | {} | {took} | {each:.1} |", took.count());
    }
    Ok(())
}

/// Lives; p95 and registrations a second for the overload.
fn live(measure: &Measure, office: &Office) -> io::Result<(f64, f64)> {
    life::run(office, measure.clients, measure.span(2, 5), u64::MAX);
    let lives = life::run(office, measure.clients, measure.span(8, 30), u64::MAX);
    head(&format!("Life cycle, {} clients", measure.clients), "step | count | p50 ms | p95 | p99 | errors");
    for (name, took) in life::STEPS.iter().zip(&lives.steps) {
        println!("| {name} | {} | {took} |", took.count());
    }
    println!("| whole life | {} | {} |", lives.took.count(), lives.took);
    let each = lives.processor / f64::from(u32::try_from(lives.numbers.len().max(1)).unwrap_or(1));
    println!(
        "\n{:.1} lives a second ({} requests, {} of them durable writes); {:.2} ms of processor for each in the program",
        lives.per_second(),
        life::STEPS.len(),
        life::WRITES,
        each * 1000.0
    );
    memory(office, "under load")?;
    if measure.wants("bare")
        && let Some(number) = lives.numbers.first()
    {
        let written = rows::written(&measure.file(), number);
        let file = measure.data.join("bare.db");
        bare::forget(&file);
        let place =
            if measure.bare.is_empty() { file.to_string_lossy().into_owned() } else { measure.bare.clone() };
        let rate = bare::run(&place, &written, measure.clients, measure.span(5, 10));
        println!(
            "bare inserts of the same {} rows and {} bytes in {} commits: {rate:.1} a second; ratio {:.1} %",
            written.rows.len(),
            written.bytes(),
            life::WRITES,
            lives.per_second() / rate * 100.0
        );
        bare::forget(&file);
    }
    Ok((lives.took.at(0.95), lives.steps[0].at(0.5)))
}

fn burst(measure: &Measure, office: &Office) {
    head(
        "Bursts 1, 15, 1, 25, 2, 35, 10 lives a second",
        "times | begun | done | p50 ms | p95 | p99 | errors",
    );
    for times in [1, 10] {
        let burst = load::burst(office, times, measure.span(1, 5));
        println!("| ×{times} | {} | {} | {} |", burst.begun, burst.done, burst.took);
    }
}

fn overload(measure: &Measure, office: &Office, (usual, _): (f64, f64)) {
    let usual =
        if usual > 0.0 { usual } else { life::run(office, 32, measure.span(2, 5), u64::MAX).took.at(0.95) };
    // What the office does when everybody is served: registrations by 32 clients without pause.
    let calm = load::overload(office, 1e6, 32, measure.span(2, 5));
    let capacity = f64::from(u32::try_from(calm.kept.len()).unwrap_or(0)) / calm.seconds;
    let (before, _) = rows::missing(&measure.file(), &calm.kept);
    let rush = load::overload(office, capacity * 5.0, 512, measure.span(10, 60));
    let normal = load::normal_again(office, usual * 1.5);
    let (_, lost) = rows::missing(&measure.file(), &rush.kept);
    head("Five times too much, 512 clients", "what | figure");
    println!("| registrations a second when all are served | {capacity:.0} |");
    println!(
        "| asked | {} in {:.0} s, {:.0} a second |",
        rush.asked,
        rush.seconds,
        rate(rush.asked, rush.seconds)
    );
    println!("| served | {}; p50, p95, p99 ms and errors: {} |", rush.kept.len(), rush.took);
    println!("| told to come again (429, 503 with Retry-After) | {} |", rush.told);
    println!("| any other answer | {} {:?} |", rush.wrong.len(), rush.wrong.first());
    println!("| acknowledged and not there | {} |", lost.len());
    println!("| matters before the rush | {before} |");
    println!("| memory | {:.0} MB |", rush.memory);
    let words = normal.map_or("not within 30 s".to_owned(), |after| format!("{after:.1} s"));
    println!("| as before (p95 of a life within 1.5 times) after | {words} |");
}

#[expect(clippy::cast_precision_loss, reason = "a rate")]
fn rate(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// Figures by the program, against a recount by statements of our own.
fn figures(measure: &Measure, office: &Office) -> io::Result<()> {
    head("Figures of half a year", "figure | by the program | counted anew | equal | time of the command");
    let (from, to) = ("2026-01-01", "2026-06-30");
    for (id, counted) in rows::recount(&measure.file(), from, to) {
        let began = Instant::now();
        let answer = Command::new(&measure.program)
            .args(["figures", "show", id, "--from", from, "--to", to, "--json", "--data"])
            .arg(&measure.data)
            .args(
                (!measure.database.is_empty())
                    .then_some(["--database", &measure.database])
                    .into_iter()
                    .flatten(),
            )
            .output()?;
        let took = began.elapsed();
        let json: serde_json::Value = serde_json::from_slice(&answer.stdout).unwrap_or_default();
        let shown = json["value"].as_i64().unwrap_or(-1);
        println!(
            "| {id} | {shown} | {counted} | {} | {:.0} ms |",
            shown == counted,
            took.as_secs_f64() * 1000.0
        );
    }
    memory(office, "at the end")
}
