//! Nearest stations: where somebody who does not like web pages is helped in person.

use codes::regions;
use db::{Row, Tx};
use web::{Options, Result};

/// A station as the list shows one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Station {
    pub name: String,
    pub address: String,
    pub phone: String,
    pub region: String,
}

impl Station {
    /// Its telephone as a link dials it.
    pub fn digits(&self) -> String {
        self.phone.chars().filter(char::is_ascii_digit).collect()
    }
}

db::sql! {
    UNITS = "SELECT path, kind, name, address, phone, region FROM unit WHERE closed_on IS NULL ORDER BY path";
}

/// Every open station with its district, which is its own or that of the nearest unit above; and the bureau's window.
pub(crate) fn all(tx: &mut Tx) -> Result<(Vec<Station>, Option<Station>)> {
    let rows = tx.query(&UNITS, &[])?;
    let mut seen: Vec<(String, String)> = Vec::new();
    let (mut stations, mut window) = (Vec::new(), None);
    for row in &rows {
        let path: String = row.get("path")?;
        let own: Option<String> = row.get("region")?;
        let above =
            seen.iter().rev().find(|(upper, _)| path.starts_with(upper)).map(|(_, region)| region.clone());
        let region = own.or(above).unwrap_or_default();
        seen.push((path, region.clone()));
        let station = read(row, region)?;
        if row.get::<String>("kind")? == "station" {
            stations.push(station);
        } else if window.is_none() {
            window = Some(station);
        }
    }
    Ok((stations, window))
}

fn read(row: &Row, region: String) -> Result<Station> {
    let (name, address, phone) = (row.get("name")?, row.get("address")?, row.get("phone")?);
    Ok(Station { name, address, phone, region })
}

/// The districts that have stations: code and name.
pub(crate) fn districts(stations: &[Station]) -> Options {
    let mut codes: Vec<&str> =
        stations.iter().map(|one| one.region.as_str()).filter(|code| !code.is_empty()).collect();
    codes.sort_unstable();
    codes.dedup();
    let name =
        |code: &str| regions::find(code, None).map_or_else(|| code.to_owned(), |found| found.name.to_owned());
    codes.into_iter().map(|code| (code.to_owned(), name(code))).collect()
}
