//! Spans and events to stderr, as `SINGLETREE_LOG` filters them (`debug`, `engine=trace`); errors by default. Secrets
//! are blotted out of each line, and none steers the terminal.

use std::io::{self, Write};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::printable::prose;

pub(crate) fn start() {
    let variables = std::env::vars_os();
    let texts = variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    base::redact::know_variables(texts);
    let filter = EnvFilter::try_from_env("SINGLETREE_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let written = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Redacted(io::stderr))
        .with_ansi(false)
        .try_init();
    // Only a second call in one process fails, and then logging is on already.
    drop(written);
}

/// Makes writers that blot secrets out of what they are given. An event is given as a whole.
struct Redacted<M>(M);

struct RedactedWriter<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Redacted<M> {
    type Writer = RedactedWriter<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactedWriter(self.0.make_writer())
    }
}

impl<W: Write> Write for RedactedWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = prose(&base::redact::redact(&String::from_utf8_lossy(bytes)));
        self.0.write_all(text.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::subscriber::with_default;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What stands in the log, as text and as JSON, when this was said in a span and its event.
    fn check(said: &str, expect: &str) {
        for is_json in [false, true] {
            let log = Shared::default();
            let target = log.clone();
            let writer = Redacted(move || target.clone());
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(writer);
            let work = || {
                let span = tracing::error_span!("turn", argument = said);
                span.in_scope(|| tracing::error!(field = said, "the server said {said}"));
            };
            match is_json {
                true => with_default(subscriber.json().finish(), work),
                false => with_default(subscriber.finish(), work),
            }
            let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
            assert!(
                !written.contains(said) && written.matches(expect).count() >= 3,
                "{written}"
            );
        }
    }

    #[test]
    fn a_secret_is_in_no_line() {
        base::redact::know("unlikely-secret-of-this-test");
        check("unlikely-secret-of-this-test", "[secret]");
        check("Bearer abcdef0123456789", "Bearer [secret]");
        check("ghp_0123456789abcdefghijklmnopqrstuvwxyz", "[secret]");
    }
}
