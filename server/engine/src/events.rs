//! Events to every subscriber, each at its own pace.
//!
//! A subscriber that reads slowly must neither block a turn nor grow without bound: consecutive deltas of
//! one turn are merged while they wait, and a review that changed twice is told once. Everything else is
//! few: a turn's tool calls and messages are capped by its limits.

mod standing;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use base::{Event, EventKind, SessionId};
use store::Item;
use tokio::sync::Notify;

use standing::Standing;

/// Fans events out to subscriptions; cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct EventHub {
    inner: Arc<Mutex<Hub>>,
}

#[derive(Default)]
struct Hub {
    subscribers: Vec<Weak<Queue>>,
    standing: Standing,
}

#[derive(Default)]
struct Queue {
    /// None for those of all sessions.
    session: Option<SessionId>,
    waiting: Mutex<VecDeque<Event>>,
    arrived: Notify,
}

/// One front's view of what happens. Dropping it unsubscribes.
pub struct Subscription {
    queue: Arc<Queue>,
}

impl EventHub {
    pub(crate) fn subscribe(&self) -> Subscription {
        Self::add(&mut self.lock(), Queue::default())
    }

    /// To one session: what still stands of its running turn comes first. `stored` is its last item in the store as
    /// of just now; with it the subscription begins by saying up to where the store is ahead of the events.
    pub(crate) fn subscribe_to(&self, session: &SessionId, stored: Option<i64>) -> Subscription {
        let mut hub = self.lock();
        let mut waiting = hub.standing.of(session);
        if let Some(stored) = stored {
            waiting.push_front(Event {
                session: session.clone(),
                turn: None,
                kind: EventKind::StoredUpTo {
                    item: hub.standing.stored(session).unwrap_or(stored),
                },
            });
        }
        let queue = Queue {
            session: Some(session.clone()),
            waiting: Mutex::new(waiting),
            arrived: Notify::new(),
        };
        Self::add(&mut hub, queue)
    }

    /// Who comes from now on finds the item in the store, and is not told again of what it holds.
    pub(crate) fn note_stored(&self, session: &SessionId, number: i64, item: &Item) {
        self.lock().standing.note_stored(session, number, item);
    }

    fn add(hub: &mut Hub, queue: Queue) -> Subscription {
        let queue = Arc::new(queue);
        hub.subscribers.push(Arc::downgrade(&queue));
        Subscription { queue }
    }

    pub(crate) fn send(&self, event: Event) {
        let mut hub = self.lock();
        hub.standing.note(&event);
        hub.subscribers.retain(|subscriber| match subscriber.upgrade() {
            Some(queue) => {
                if queue.session.as_ref().is_none_or(|session| *session == event.session) {
                    queue.push(event.clone());
                }
                true
            }
            None => false,
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hub> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    fn push(&self, event: Event) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if !merge_into_waiting(&mut waiting, &event) {
            waiting.push_back(event);
        }
        drop(waiting);
        self.arrived.notify_one();
    }

    fn pop(&self) -> Option<Event> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl Subscription {
    /// The next event, in the order in which the engine sent them. Cancel-safe.
    pub async fn next(&mut self) -> Event {
        loop {
            let arrived = self.queue.arrived.notified();
            if let Some(event) = self.queue.pop() {
                return event;
            }
            arrived.await;
        }
    }

    /// The next event if one waits already.
    pub fn try_next(&mut self) -> Option<Event> {
        self.queue.pop()
    }
}

/// Deltas are merged into the last event of their turn. Other turns' events may lie behind that: two that stream at
/// once must not keep each other from being merged.
fn merge_into_waiting(waiting: &mut VecDeque<Event>, event: &Event) -> bool {
    if let EventKind::ReviewChanged { .. } | EventKind::ReviewGrew { .. } = event.kind {
        return waiting.contains(event);
    }
    let concerns =
        |other: &&mut Event| other.session == event.session && (other.turn == event.turn || other.turn.is_none());
    let Some(last) = waiting
        .iter_mut()
        .rev()
        .find(concerns)
        .filter(|last| last.turn == event.turn)
    else {
        return false;
    };
    match (&mut last.kind, &event.kind) {
        (EventKind::TextDelta { text }, EventKind::TextDelta { text: more })
        | (EventKind::ThinkingDelta { text }, EventKind::ThinkingDelta { text: more }) => {
            text.push_str(more);
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use base::{ReviewId, SessionId, TurnId};

    use super::*;

    fn event(turn: &str, kind: EventKind) -> Event {
        Event {
            session: SessionId::from("s"),
            turn: Some(TurnId::from(turn)),
            kind,
        }
    }

    fn text(turn: &str, text: &str) -> Event {
        event(turn, EventKind::TextDelta { text: text.into() })
    }

    #[tokio::test]
    async fn a_slow_reader_gets_merged_deltas_in_order() {
        let hub = EventHub::default();
        let mut slow = hub.subscribe();
        let changed = event(
            "a",
            EventKind::ReviewChanged {
                review: ReviewId::from("r"),
            },
        );
        for sent in [
            text("a", "x"),
            text("a", "y"),
            changed.clone(),
            text("a", "z"),
            changed.clone(),
            text("b", "w"),
        ] {
            hub.send(sent);
        }
        let mut got = Vec::new();
        for _ in 0..4 {
            got.push(slow.next().await);
        }
        assert_eq!(got, [text("a", "xy"), changed, text("a", "z"), text("b", "w")]);
        assert_eq!(slow.try_next(), None);
    }

    #[tokio::test]
    async fn two_turns_that_stream_at_once_are_merged_each() {
        let hub = EventHub::default();
        let mut slow = hub.subscribe();
        for _ in 0..1000 {
            hub.send(text("a", "x"));
            hub.send(text("b", "y"));
        }
        assert_eq!(slow.next().await, text("a", &"x".repeat(1000)));
        assert_eq!(slow.next().await, text("b", &"y".repeat(1000)));
        assert_eq!(slow.try_next(), None);
    }

    #[tokio::test]
    async fn who_comes_later_hears_of_one_session_what_still_stands() {
        let hub = EventHub::default();
        let started = event("a", EventKind::TurnStarted { title: "go".into() });
        let mut elsewhere = text("c", "not here");
        elsewhere.session = SessionId::from("other");
        for sent in [started.clone(), text("a", "x"), elsewhere.clone()] {
            hub.send(sent);
        }
        let mut late = hub.subscribe_to(&SessionId::from("s"), None);
        hub.send(elsewhere);
        hub.send(text("a", "y"));
        assert_eq!(late.next().await, started);
        assert_eq!(late.next().await, text("a", "xy"));
        assert_eq!(late.try_next(), None);
    }

    #[test]
    fn a_dropped_subscription_is_forgotten() {
        let hub = EventHub::default();
        drop(hub.subscribe());
        hub.send(text("a", "x"));
        assert!(hub.lock().subscribers.is_empty());
    }
}
