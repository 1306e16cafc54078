//! The candidates of one turn, asked one after the other.

use std::collections::VecDeque;

use super::{Available, Failure, Planned, RouteError, Routes, Skipped, Wanted, plan};
use crate::{Registry, Route, prices};

/// Models that are asked in one turn at most: who waits for a fourth is better served by the reasons.
const MOST_ASKED: usize = 3;

/// The share of `max_output` that an answer is expected to take, and the most of it: models allow far more than they
/// use, and a ceiling that counted it all would stop every turn.
const OUTPUT_SHARE: u32 = 8;
const MOST_OUTPUT: u32 = 4_096;

/// What the next call will take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Need {
    pub prompt_tokens: u64,
    /// US dollars that the turn has cost so far.
    pub spent: f64,
}

/// A model to ask.
#[derive(Clone)]
pub struct Candidate {
    /// `provider/model` as resolved.
    pub name: String,
    pub route: Route,
    /// For people: why this one.
    pub why: String,
}

/// One turn's way from model to model. One that failed in the turn is not asked again in it.
pub struct Chain {
    task: String,
    waiting: VecDeque<Planned>,
    ceiling: Option<f64>,
    current: Option<Current>,
    /// `provider/model` of all that were asked.
    asked: Vec<String>,
    failed_providers: Vec<String>,
    /// The largest window that was too small.
    too_small: u32,
    skipped: Vec<Skipped>,
    /// Whether the ceiling was the only reason for which any was skipped.
    only_too_expensive: bool,
}

struct Current {
    provider: String,
    context_window: u32,
    is_shipped: bool,
}

impl Chain {
    #[must_use]
    pub fn new(routes: &Routes, wanted: Wanted<'_>, available: &Available) -> Self {
        let (planned, skipped) = plan(routes, wanted, available);
        Self {
            task: wanted.task.to_owned(),
            waiting: planned.into(),
            ceiling: routes.max_cost_per_turn,
            current: None,
            asked: Vec::new(),
            failed_providers: Vec::new(),
            too_small: 0,
            only_too_expensive: skipped.is_empty(),
            skipped,
        }
    }

    /// The model to begin the turn with.
    ///
    /// # Errors
    /// None of the candidates can be asked; the error says why for each.
    pub async fn first(&mut self, registry: &Registry, need: Need) -> Result<Candidate, RouteError> {
        if let Some(candidate) = self.next(registry, need).await {
            return Ok(candidate);
        }
        let (task, skipped) = (self.task.clone(), self.skipped.clone());
        Err(match self.ceiling {
            Some(ceiling) if self.only_too_expensive && !skipped.is_empty() => {
                RouteError::TooExpensive { task, ceiling, skipped }
            }
            _ => RouteError::Exhausted { task, skipped },
        })
    }

    /// The model to go on with after the current one failed; none if there is no other that would do better. The
    /// caller then reports the failure itself, and [`skipped`](Self::skipped) with it.
    pub async fn after(&mut self, failure: Failure, registry: &Registry, need: Need) -> Option<Candidate> {
        let current = self.current.take()?;
        match failure {
            // What the user named is a name to correct; what we named the account may just not have.
            Failure::Rejected if !current.is_shipped => return None,
            Failure::TooLong => self.too_small = self.too_small.max(current.context_window),
            _ if failure.is_the_providers() => self.failed_providers.push(current.provider),
            _ => {}
        }
        self.next(registry, need).await
    }

    /// What was passed over so far.
    #[must_use]
    pub fn skipped(&self) -> &[Skipped] {
        &self.skipped
    }

    /// Whether another call of this model would stay below the ceiling. A model without a price is not judged.
    #[must_use]
    pub fn affords(&self, route: &Route, need: Need) -> bool {
        self.excess(route, need).is_none()
    }

    async fn next(&mut self, registry: &Registry, need: Need) -> Option<Candidate> {
        while self.asked.len() < MOST_ASKED {
            let planned = self.waiting.pop_front()?;
            let route = match registry.resolve(&planned.name).await {
                Ok(route) => route,
                Err(error) => {
                    self.skip(planned.name, error.to_string());
                    continue;
                }
            };
            let name = full_name(&route);
            if self.asked.contains(&name) {
                continue;
            }
            if let Some(reason) = self.hindrance(&route, need) {
                self.skip(name, reason);
                continue;
            }
            if let Some(cost) = self.excess(&route, need) {
                let reason = format!("the call would cost about ${cost:.3}, after ${:.3}", need.spent);
                self.skipped.push(Skipped { name, reason });
                continue;
            }
            self.asked.push(name.clone());
            self.current = Some(Current {
                provider: route.provider.name().to_owned(),
                context_window: route.context_window,
                is_shipped: planned.is_shipped,
            });
            return Some(Candidate {
                name,
                route,
                why: planned.why,
            });
        }
        None
    }

    fn hindrance(&self, route: &Route, need: Need) -> Option<String> {
        let window = u64::from(route.context_window);
        if self
            .failed_providers
            .iter()
            .any(|failed| failed == route.provider.name())
        {
            Some("its provider has just failed".to_owned())
        } else if window <= u64::from(self.too_small) || window <= need.prompt_tokens {
            let prompt = need.prompt_tokens;
            Some(format!(
                "its window of {window} tokens is too small for a prompt of about {prompt}"
            ))
        } else {
            None
        }
    }

    /// What the call would cost, if that is more than what is left.
    fn excess(&self, route: &Route, need: Need) -> Option<f64> {
        let cost = estimated_cost(route, need.prompt_tokens)?;
        let ceiling = self.ceiling?;
        (cost > 0.0 && need.spent + cost > ceiling).then_some(cost)
    }

    fn skip(&mut self, name: String, reason: String) {
        self.only_too_expensive = false;
        self.skipped.push(Skipped { name, reason });
    }
}

/// US dollars that one call is expected to cost where nothing of it is cached; none without a price.
#[must_use]
pub fn estimated_cost(route: &Route, prompt_tokens: u64) -> Option<f64> {
    let price = prices::for_prompt(route.price?, &route.model, prompt_tokens);
    Some(price.of(base::Usage {
        input: prompt_tokens,
        output: u64::from((route.max_output / OUTPUT_SHARE).min(MOST_OUTPUT)),
        ..base::Usage::default()
    }))
}

fn full_name(route: &Route) -> String {
    let provider = route.provider.name();
    if route.model == provider {
        provider.to_owned()
    } else {
        format!("{provider}/{}", route.model)
    }
}
