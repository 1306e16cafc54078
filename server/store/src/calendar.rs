//! Days as people write them, in UTC: `2026-11-21`.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_hours(24);

/// A day of the Gregorian calendar in UTC, from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u32,
    month: u32,
    day: u32,
}

/// Not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no day; write it as in 2026-11-21 (UTC)")]
pub struct NoDay(String);

impl Day {
    /// The day that holds `time`; one before 1970 counts as the first.
    #[must_use]
    pub fn of(time: SystemTime) -> Self {
        let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut rest = u32::try_from(since.as_secs() / DAY.as_secs()).unwrap_or(u32::MAX);
        let mut year = 1970;
        while rest >= days_in_year(year) {
            rest -= days_in_year(year);
            year += 1;
        }
        let mut month = 1;
        while rest >= days_in_month(year, month) {
            rest -= days_in_month(year, month);
            month += 1;
        }
        let day = rest + 1;
        Self { year, month, day }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> SystemTime {
        let years: u32 = (1970..self.year).map(days_in_year).sum();
        let months: u32 = (1..self.month).map(|month| days_in_month(self.year, month)).sum();
        SystemTime::UNIX_EPOCH + DAY * (years + months + self.day - 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Day {
    type Err = NoDay;

    fn from_str(text: &str) -> Result<Self, NoDay> {
        let parse = || {
            let mut parts = text.split('-').map(|part| part.parse().ok());
            let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
            let is_day = parts.next().is_none()
                && (1970..=9999).contains(&year)
                && (1..=12).contains(&month)
                && (1..=days_in_month(year, month)).contains(&day);
            is_day.then_some(Self { year, month, day })
        };
        parse().ok_or_else(|| NoDay(text.to_owned()))
    }
}

fn is_leap(year: u32) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_year(year: u32) -> u32 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: u64, expect: &str) {
        let day = Day::of(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(day.to_string(), expect);
        assert_eq!(expect.parse(), Ok(day));
        let start = day.start().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        assert_eq!(start, seconds - seconds % DAY.as_secs());
    }

    /// Against `date -u -d @SECONDS +%F`.
    #[test]
    fn days_of_the_calendar() {
        check(0, "1970-01-01");
        check(86_399, "1970-01-01");
        check(951_782_400, "2000-02-29");
        check(951_868_800, "2000-03-01");
        check(1_735_603_200, "2024-12-31");
        check(4_107_542_400, "2100-03-01");
    }

    #[test]
    fn what_is_no_day() {
        for text in [
            "",
            "2026",
            "2026-02-29",
            "2026-13-01",
            "2026-00-01",
            "2026-01-00",
            "1969-12-31",
            "2026-1-1-1",
            "x-y-z",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
