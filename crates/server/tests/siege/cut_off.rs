//! PostgreSQL cut off, hung and (in the full siege) started again under load: nothing acknowledged is lost, and the program
//! goes on by itself.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    clients::{Seen, register, write_until},
    house::House,
    killed::nothing_is_lost,
    times,
};

const OPEN: u8 = 0;
const CUT: u8 = 1;
const HUNG: u8 = 2;

/// A door before the server that we shut.
struct Proxy {
    port: u16,
    mode: Arc<AtomicU8>,
    through: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    fn before(upstream: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (mode, through) = (Arc::new(AtomicU8::new(OPEN)), Arc::<Mutex<Vec<TcpStream>>>::default());
        let (door, all) = (Arc::clone(&mode), Arc::clone(&through));
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if door.load(Ordering::SeqCst) == CUT {
                    continue;
                }
                let Ok(server) = TcpStream::connect(&upstream) else { continue };
                let mut kept = all.lock().unwrap();
                kept.extend([client.try_clone().unwrap(), server.try_clone().unwrap()]);
                drop(kept);
                for (from, to) in
                    [(client.try_clone(), server.try_clone()), (server.try_clone(), client.try_clone())]
                {
                    let door = Arc::clone(&door);
                    let (from, to) = (from.unwrap(), to.unwrap());
                    std::thread::spawn(move || pass(from, to, &door));
                }
            }
        });
        Self { port, mode, through }
    }

    /// Ends every connection and takes no new one.
    fn cut(&self) {
        self.mode.store(CUT, Ordering::SeqCst);
        for stream in self.through.lock().unwrap().drain(..) {
            // It may be over already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    fn set(&self, mode: u8) {
        self.mode.store(mode, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, door: &AtomicU8) {
    let mut piece = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut piece) {
        while door.load(Ordering::SeqCst) == HUNG {
            std::thread::sleep(Duration::from_millis(5));
        }
        if to.write_all(&piece[..read]).is_err() {
            break;
        }
    }
    // The other side may have ended it.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_from_postgresql_nothing_acknowledged_is_lost_and_it_goes_on_by_itself() {
    let Some(mut house) = House::postgres().await else { return };
    let direct = house.database.clone();
    let (before, rest) = direct.split_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::before(address.to_owned());
    house.database = format!("{before}@127.0.0.1:{}/{name}", proxy.port);
    house.start(&["--no-daily-backup"]);
    let told = house.data().join("../told.txt");
    let (seen, stop) = (Seen::default(), AtomicBool::new(false));
    let (port, token) = (house.port, house.token.clone());
    let mut slowest = Duration::ZERO;
    let rounds = times("XIAOBAO_SIEGE_CUTS", 2);
    std::thread::scope(|scope| {
        for client in 0..3 {
            let (stop, seen, token, told) = (&stop, &seen, &token, &told);
            scope.spawn(move || write_until(port, token, &format!("c{client}"), told, stop, seen));
        }
        for round in 0..rounds {
            std::thread::sleep(Duration::from_millis(400));
            match (round % 3, std::env::var("XIAOBAO_SIEGE_RESTART")) {
                // The whole server, in the full siege: it is ours alone there.
                (2, Ok(command)) => {
                    assert!(Command::new("bash").args(["-c", &command]).status().unwrap().success());
                }
                (1, _) => {
                    proxy.set(HUNG);
                    std::thread::sleep(Duration::from_millis(700));
                }
                _ => {
                    proxy.cut();
                    std::thread::sleep(Duration::from_millis(700));
                }
            }
            proxy.set(OPEN);
            let from = Instant::now();
            let back = |at: usize| {
                register(port, &token, &format!("b{round}x{at}")).is_some_and(|it| it.status == 201)
            };
            let tries = (0..400).find(|at| {
                let well = back(*at);
                if !well {
                    std::thread::sleep(Duration::from_millis(100));
                }
                well
            });
            assert!(tries.is_some(), "the program did not come back by itself");
            slowest = slowest.max(from.elapsed());
        }
        stop.store(true, Ordering::SeqCst);
    });
    house.stop();
    house.database = direct;
    let kept = nothing_is_lost(&house, &told).await;
    println!(
        "PostgreSQL cut off, hung, restarted: {rounds} times, {kept} acknowledged writes all there, {seen:?}; back after {} ms at most",
        slowest.as_millis()
    );
}
