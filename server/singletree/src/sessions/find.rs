//! Which session is meant.

use base::SessionId;
use store::{SessionSummary, Store};

use crate::printable::printable;

/// How many sessions a refusal names.
const NAMED: usize = 3;

/// A session that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) id: SessionId,
    pub(crate) title: String,
}

/// The session of that id, or the one whose id begins or ends so, or the `last` touched; else a sentence that says
/// which may have been meant.
pub(crate) fn find(store: &Store, given: &str) -> anyhow::Result<Result<Found, String>> {
    let sessions = store.sessions()?;
    let id = SessionId::from(given);
    // One whose own row is damaged is not listed, but has its items.
    if sessions.iter().all(|session| session.id != id) && store.has_session(&id)? {
        let title = String::new();
        return Ok(Ok(Found { id, title }));
    }
    Ok(choose(&sessions, given))
}

fn choose(sessions: &[SessionSummary], given: &str) -> Result<Found, String> {
    let found = |session: &SessionSummary| Found {
        id: session.id.clone(),
        title: session.title.clone(),
    };
    if sessions.is_empty() {
        return Err("there are no sessions in this workspace yet".to_owned());
    }
    if let Some(session) = sessions.iter().find(|session| session.id.as_str() == given) {
        return Ok(found(session));
    }
    if given == "last" {
        return sessions.first().map(found).ok_or_else(String::new);
    }
    let is_meant = |session: &&SessionSummary| {
        let id = session.id.as_str();
        let is_end = |end| bare(id).starts_with(end) || bare(id).ends_with(end);
        !bare(given).is_empty() && (id.starts_with(given) || is_end(given))
    };
    let meant: Vec<&SessionSummary> = sessions.iter().filter(is_meant).collect();
    match meant[..] {
        [session] => Ok(found(session)),
        [] => Err(format!(
            "there is no session `{}`; the nearest: {}; `singletree sessions list` shows all",
            printable(given),
            names(&nearest(sessions, given))
        )),
        _ => Err(format!(
            "`{}` may be {} sessions: {}; give more of the id",
            printable(given),
            meant.len(),
            names(&meant)
        )),
    }
}

/// An id without what all ids begin with.
fn bare(id: &str) -> &str {
    id.strip_prefix("ses_").unwrap_or(id)
}

/// Those whose ids share most with what was given, at both ends.
fn nearest<'a>(sessions: &'a [SessionSummary], given: &str) -> Vec<&'a SessionSummary> {
    let shared = |session: &&SessionSummary| {
        let (id, given) = (bare(session.id.as_str()).as_bytes(), bare(given).as_bytes());
        let from_start = id.iter().zip(given).take_while(|(a, b)| a == b).count();
        let from_end = id
            .iter()
            .rev()
            .zip(given.iter().rev())
            .take_while(|(a, b)| a == b)
            .count();
        from_start + from_end
    };
    let mut nearest: Vec<_> = sessions.iter().collect();
    nearest.sort_by_key(|session| std::cmp::Reverse(shared(session)));
    nearest
}

fn names(sessions: &[&SessionSummary]) -> String {
    let named: Vec<String> = sessions
        .iter()
        .take(NAMED)
        .map(|session| format!("{} ({})", printable(session.id.as_str()), printable(&session.title)))
        .collect();
    let more = if sessions.len() > NAMED { ", …" } else { "" };
    format!("{}{more}", named.join(", "))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::UNIX_EPOCH;

    use super::*;

    fn check(given: &str, expect: Result<&str, &str>) {
        let session = |id: &str| SessionSummary {
            id: SessionId::from(id),
            title: id.to_uppercase(),
            cwd: PathBuf::new(),
            created: UNIX_EPOCH,
            updated: UNIX_EPOCH,
            turns: 0,
            state: None,
        };
        let sessions = ["ses_0198aa11", "ses_0198bb22", "ses_01", "other"].map(session);
        let found = choose(&sessions, given).map(|found| found.id.to_string());
        match expect {
            Ok(id) => assert_eq!(found.as_deref(), Ok(id)),
            Err(words) => assert!(found.as_ref().is_err_and(|reason| reason.contains(words)), "{found:?}"),
        }
    }

    #[test]
    fn an_id_may_be_cut_short_at_either_end() {
        check("ses_0198bb22", Ok("ses_0198bb22"));
        check("ses_0198b", Ok("ses_0198bb22"));
        check("0198a", Ok("ses_0198aa11"));
        check("22", Ok("ses_0198bb22"));
        check("ses_01", Ok("ses_01"));
        check("last", Ok("ses_0198aa11"));
        check("oth", Ok("other"));
    }

    #[test]
    fn what_is_not_clear_names_who_may_be_meant() {
        check(
            "ses_0198",
            Err("may be 2 sessions: ses_0198aa11 (SES_0198AA11), ses_0198bb22"),
        );
        check(
            "ses_0198bc22",
            Err("no session `ses_0198bc22`; the nearest: ses_0198bb22"),
        );
        check("ses_", Err("no session"));
        check("", Err("no session"));
        check("\u{1b}", Err("`\\u{1b}`"));
    }
}
