//! Open hunks as diagnostics of severity *hint*, so that every editor shows where they are.

use std::collections::HashMap;

use base::{Review, Uri};
use tower_lsp::gen_lsp_types::{Diagnostic, PublishDiagnosticsNotification, PublishDiagnosticsParams};

use crate::front::Front;
use crate::to_proto;

/// What was published last, by document.
#[derive(Default)]
pub(super) struct Hints {
    shown: HashMap<Uri, Vec<Diagnostic>>,
}

impl Hints {
    pub(super) async fn publish(&mut self, front: &Front, reviews: &[Review]) {
        let mut now: HashMap<Uri, (Option<i32>, Vec<Diagnostic>)> = HashMap::new();
        for file in reviews.iter().flat_map(|review| &review.files) {
            let (version, hints) = now.entry(file.uri.clone()).or_default();
            *version = file.version;
            hints.extend(to_proto::hints(front, file));
        }
        for uri in self.shown.keys() {
            now.entry(uri.clone()).or_default();
        }
        for (uri, (version, diagnostics)) in now {
            if self
                .shown
                .get(&uri)
                .map_or(diagnostics.is_empty(), |shown| *shown == diagnostics)
            {
                continue;
            }
            if diagnostics.is_empty() {
                self.shown.remove(&uri);
            } else {
                self.shown.insert(uri.clone(), diagnostics.clone());
            }
            let params = PublishDiagnosticsParams {
                uri: to_proto::uri(&uri),
                version,
                diagnostics,
            };
            front.outbound.notify::<PublishDiagnosticsNotification>(params).await;
        }
    }
}
