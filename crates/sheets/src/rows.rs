//! A table read row by row, a little ahead of whoever takes the rows.

use std::{
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
};

use crate::{Line, TableError, refuse, unreadable, walk};

/// Rows handed on together.
const TOGETHER: usize = 500;
/// Packets read ahead.
const AHEAD: usize = 2;

type Packet = Result<Vec<Line>, TableError>;

/// The rows of a table in the order of the file; however long it is, about a thousand of them are in memory. After an
/// error nothing more comes.
pub struct Rows {
    packets: Receiver<Packet>,
    packet: std::vec::IntoIter<Line>,
}

/// Opens a table to be read row by row, by a thread of its own that ends with the last row or with [`Rows`].
///
/// # Errors
/// When the thread cannot be started; what is wrong with the file comes in place of a row.
pub fn rows(path: &Path) -> Result<Rows, TableError> {
    let (sender, packets) = sync_channel(AHEAD);
    let place = path.to_owned();
    let thread = std::thread::Builder::new().name("xiaobao-table".to_owned());
    thread.spawn(move || send(&place, &sender)).map_err(|error| unreadable(path, &error))?;
    Ok(Rows { packets, packet: Vec::new().into_iter() })
}

fn send(path: &Path, sender: &SyncSender<Packet>) {
    let mut packet = Vec::with_capacity(TOGETHER);
    let outcome = walk(path, &mut |line| {
        packet.push(line);
        if packet.len() < TOGETHER {
            return Ok(());
        }
        let full = std::mem::replace(&mut packet, Vec::with_capacity(TOGETHER));
        sender.send(Ok(full)).map_err(|_| refuse("没有人再要这张表"))
    });
    let last = match outcome {
        Ok(_) => vec![Ok(packet)],
        Err(error) => vec![Ok(packet), Err(error)],
    };
    // Whoever wanted the rows may be gone; then nobody misses the end.
    last.into_iter().for_each(|packet| drop(sender.send(packet)));
}

impl Iterator for Rows {
    type Item = Result<Line, TableError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(line) = self.packet.next() {
                return Some(Ok(line));
            }
            match self.packets.recv().ok()? {
                Ok(packet) => self.packet = packet.into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write as _};

    use super::*;

    #[test]
    fn rows_come_in_order_and_may_be_left() {
        let path = std::env::temp_dir().join(format!("xiaobao-rows-{}.csv", std::process::id()));
        let mut file = fs::File::create(&path).unwrap();
        writeln!(file, "甲").unwrap();
        (0..5_000).for_each(|number| writeln!(file, "{number}").unwrap());
        let all = rows(&path).unwrap().map(|line| line.unwrap().0).collect::<Vec<_>>();
        assert!(all == (2..=5_001).collect::<Vec<_>>());
        assert_eq!(rows(&path).unwrap().next().unwrap().unwrap().0, 2);
        file.write_all(&[b'1', 0xff, b'\n']).unwrap();
        let refused = rows(&path).unwrap().next().unwrap().unwrap_err().to_string();
        fs::remove_file(&path).unwrap();
        assert!(refused.contains("第 5002 行"), "{refused}");
    }
}
