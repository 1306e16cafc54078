//! What `singletree.review.state` answers, as a test wants it.

use serde_json::Value;

/// All hunks of `reviews` in one of `states`, by place.
pub fn hunks(reviews: &Value, states: &[&str]) -> Vec<Value> {
    let mut hunks: Vec<Value> = Vec::new();
    for review in reviews["reviews"].as_array().into_iter().flatten() {
        for file in review["files"].as_array().into_iter().flatten() {
            for hunk in file["hunks"].as_array().into_iter().flatten() {
                if states.contains(&hunk["state"].as_str().unwrap_or_default()) {
                    let mut hunk = hunk.clone();
                    hunk["uri"] = file["uri"].clone();
                    hunks.push(hunk);
                }
            }
        }
    }
    hunks.sort_by_key(|hunk| (hunk["uri"].to_string(), hunk["range"]["start"]["line"].as_u64()));
    hunks
}
