//! The life of a complaint over HTTP: registered, assigned, accepted, told, settled, found again.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    http::{Answer, Client},
    office::{Handler, Office},
    took::Took,
};

/// Acts of one life that must be durable before they are answered.
pub const WRITES: usize = 5;

const FACTS: [&str; 4] = [
    "购买的牛奶回家打开后发现已变质，有异味，有购物小票和照片，要求退货退款。",
    "在该店购买手机，使用十二天后出现故障，商家检测后拖延维修，多次联系无果。",
    "办理预付卡充值后门店停业，剩余金额无法退还，负责人联系不上，要求退还余额。",
    "网购家电收到后第三天申请七日无理由退货，商家以拆封为由拒绝，要求退款。",
];

/// The steps, for the table.
pub const STEPS: [&str; 6] = ["create", "assign", "accept", "tell", "settle", "search"];

/// Somebody's hands: one connection, every officer's cookie.
pub struct Hands<'a> {
    office: &'a Office,
    client: Client,
    handler: &'a Handler,
    serial: u64,
    /// How long each step took.
    pub steps: [Took; 6],
}

impl<'a> Hands<'a> {
    pub fn new(office: &'a Office, at: usize) -> Self {
        let handler = &office.handlers[at % office.handlers.len()];
        let serial = at as u64 * 1_000_000;
        Self { office, client: office.client(&office.desk), handler, serial, steps: Default::default() }
    }

    fn step(&mut self, at: usize, answer: std::io::Result<Answer>, status: u16) -> Result<Answer, String> {
        let answer = answer.map_err(|error| format!("{}: {error}", STEPS[at]))?;
        if answer.status != status {
            let text = answer.body.split("<h1").nth(1).unwrap_or(&answer.body);
            let text: String = text.chars().take(160).collect();
            return Err(format!("{} {}: {}", STEPS[at], answer.status, text.replace('\n', " ")));
        }
        self.steps[at].add(answer.took);
        Ok(answer)
    }

    /// Registers one; its number.
    pub fn register(&mut self) -> Result<Answer, String> {
        let answer = self.ask();
        self.step(0, answer, 303)
    }

    /// Asks to register one, whatever the answer is.
    pub fn ask(&mut self) -> std::io::Result<Answer> {
        self.serial += 1;
        let phone = format!("1980{:07}", self.serial * 7_919 % 10_000_000);
        let facts = FACTS[usize::try_from(self.serial).unwrap_or(0) % FACTS.len()];
        self.client.become_(&self.office.desk);
        self.client.post(
            "/desk",
            &[
                ("kind", "complaint"),
                ("channel", "phone"),
                ("name", "王芳"),
                ("phone", &phone),
                ("address", "松江市演示小区1号楼"),
                ("respondent_name", "好再来超市"),
                ("facts", facts),
                ("goods", "G01.10"),
                ("problem", "P02.01"),
                ("amount", "68.50"),
                ("demands", "refund"),
            ],
        )
    }

    /// One whole life; its number.
    pub fn live(&mut self) -> Result<String, String> {
        let number = self.register()?.location.trim_start_matches("/matters/").to_owned();
        self.client.become_(&self.office.dispatcher);
        let answer =
            self.client.post(&format!("/matters/{number}/assignment"), &[("target", &self.handler.target)]);
        self.step(1, answer, 303)?;
        self.client.become_(&self.handler.cookie);
        let acts: [(usize, &str, &[(&str, &str)]); 3] = [
            (2, "acceptance", &[]),
            (
                3,
                "acceptance_notice",
                &[("notice_channel", "phone"), ("proof_kind", "recording"), ("proof", "REC-1")],
            ),
            (
                4,
                "settlement",
                &[("words", "经营者当场退款，双方无其他争议。"), ("sum", "68.50"), ("recovered", "68.50")],
            ),
        ];
        for (at, act, form) in acts {
            let answer = self.client.post(&format!("/matters/{number}/{act}"), form);
            self.step(at, answer, 303)?;
        }
        let answer = self.client.get(&format!("/matters?q={number}"));
        let page = self.step(5, answer, 200)?;
        if page.body.contains(&format!("/matters/{number}\"")) {
            Ok(number)
        } else {
            Err("search: not found".to_owned())
        }
    }
}

/// What a run of lives took.
pub struct Lives {
    pub took: Took,
    pub steps: [Took; 6],
    pub numbers: Vec<String>,
    pub seconds: f64,
    /// Processor seconds of the program.
    pub processor: f64,
}

impl Lives {
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    pub fn per_second(&self) -> f64 {
        self.numbers.len() as f64 / self.seconds
    }
}

/// Lives with `clients` at the same time, for `span` or until there were `most`.
pub fn run(office: &Office, clients: usize, span: Duration, most: u64) -> Lives {
    let (began, used) = (Instant::now(), office.processor().unwrap_or(0.0));
    let left = AtomicU64::new(most);
    let all = Mutex::new((Took::default(), <[Took; 6]>::default(), Vec::new()));
    std::thread::scope(|scope| {
        for at in 0..clients {
            let (left, all) = (&left, &all);
            scope.spawn(move || {
                let mut hands = Hands::new(office, at);
                let (mut took, mut numbers) = (Took::default(), Vec::new());
                while began.elapsed() < span
                    && left
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1))
                        .is_ok()
                {
                    let start = Instant::now();
                    match hands.live() {
                        Ok(number) => {
                            took.add(start.elapsed());
                            numbers.push(number);
                        }
                        Err(error) => took.fail(error),
                    }
                }
                let mut all = all.lock().expect("nobody panicked");
                all.0.join(took);
                for (sum, own) in all.1.iter_mut().zip(hands.steps) {
                    sum.join(own);
                }
                all.2.extend(numbers);
            });
        }
    });
    let (took, steps, numbers) = all.into_inner().expect("nobody panicked");
    let seconds = began.elapsed().as_secs_f64();
    Lives { took, steps, numbers, seconds, processor: office.processor().unwrap_or(0.0) - used }
}
