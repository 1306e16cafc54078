//! Ids of tool calls that a vendor accepts: in its letters, short enough, and no two alike.

use std::borrow::Cow;
use std::collections::HashSet;

/// What an id may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdRule {
    pub(crate) longest: usize,
    pub(crate) shortest: usize,
    /// Besides ASCII letters and digits.
    pub(crate) others: &'static str,
}

impl IdRule {
    pub(crate) fn accepts(&self, id: &str) -> bool {
        (self.shortest..=self.longest).contains(&id.len())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || self.others.contains(c))
    }
}

/// The ids of one conversation.
pub(super) struct Ids<'a> {
    rule: IdRule,
    taken: HashSet<Cow<'a, str>>,
}

impl<'a> Ids<'a> {
    pub(super) fn new(rule: IdRule) -> Self {
        Self {
            rule,
            taken: HashSet::new(),
        }
    }

    /// `id` itself if it may be had, else one made of it, the same one each time.
    pub(super) fn accept(&mut self, id: &'a str) -> Cow<'a, str> {
        let mut made = Cow::Borrowed(id);
        let mut attempt = 0;
        while !self.rule.accepts(&made) || self.taken.contains(&made) {
            made = digest(id, attempt).into();
            attempt += 1;
        }
        self.taken.insert(made.clone());
        made
    }
}

/// Nine letters and digits, the form that suits every vendor. FNV-1a, because it must not change with a release.
fn digest(id: &str, attempt: u32) -> String {
    const DIGITS: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let bytes = id.bytes().chain(attempt.to_le_bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let digit = |_| {
        let digit = DIGITS[(hash % 36) as usize];
        hash /= 36;
        char::from(digit)
    };
    (0..9).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(rule: IdRule, ids: &[&str], kept: &[bool]) {
        let mut accepted = Ids::new(rule);
        let made: Vec<_> = ids.iter().map(|id| accepted.accept(id)).collect();
        let again: Vec<_> = {
            let mut accepted = Ids::new(rule);
            ids.iter().map(|id| accepted.accept(id)).collect()
        };
        assert_eq!(made, again);
        assert!(made.iter().all(|id| rule.accepts(id)), "{made:?}");
        assert_eq!(made.iter().collect::<HashSet<_>>().len(), made.len(), "{made:?}");
        let same: Vec<_> = ids.iter().zip(&made).map(|(id, made)| id == made).collect();
        assert_eq!(same, kept, "{made:?}");
    }

    #[test]
    fn what_is_acceptable_is_kept() {
        let wide = IdRule {
            longest: 12,
            shortest: 1,
            others: "_-",
        };
        check(
            wide,
            &[
                "toolu_1",
                "call-2",
                "toolu_1",
                "toolu_1",
                "a.b",
                "β",
                "",
                "much_too_long",
            ],
            &[true, true, false, false, false, false, false, false],
        );
        let narrow = IdRule {
            longest: 9,
            shortest: 9,
            others: "",
        };
        check(narrow, &["123456789", "12345678", "1234_6789"], &[true, false, false]);
    }
}
