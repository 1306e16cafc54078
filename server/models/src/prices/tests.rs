use super::*;

/// The id of the model that `name` is found to be.
fn check(name: &str, expect: Option<&str>) {
    assert_eq!(find(name).map(|known| known.id.as_str()), expect, "{name}");
}

#[test]
fn the_table_is_read_and_makes_sense() {
    assert_eq!(date().len(), "2026-11-21".len());
    assert!(all().len() >= 40, "{}", all().len());
    for known in all() {
        let KnownModel { id, price, .. } = known;
        let twins = all().iter().filter(|other| other.id == *id).count();
        assert_eq!(twins, 1, "{id}");
        assert!(0 < known.max_output && known.max_output <= known.context_window, "{id}");
        let long = known.long.map(|long| long.price);
        for price in [Some(*price), long].into_iter().flatten() {
            assert!(0.0 < price.cache_read && price.cache_read < price.input, "{id}");
            assert!(
                price.input <= price.cache_write && price.cache_write < price.output,
                "{id}"
            );
            assert!(price.output < 1000.0, "{id}");
        }
        assert!(long.is_none_or(|long| long.input > price.input), "{id}");
    }
}

#[test]
fn each_vendor_has_a_model_in_each_paid_tier() {
    for vendor in [Vendor::Anthropic, Vendor::OpenAi, Vendor::Google] {
        let first = |tier| all().iter().find(|known| known.vendor == vendor && known.tier == tier);
        let [budget, mid, premium] = [Tier::Budget, Tier::Mid, Tier::Premium].map(|tier| first(tier).unwrap());
        assert!(budget.price.output < mid.price.output, "{vendor:?}");
        assert!(mid.price.output < premium.price.output, "{vendor:?}");
    }
}

#[test]
fn names_are_found_as_vendors_and_routers_write_them() {
    check("claude-opus-5-5", Some("claude-opus-5-5"));
    check("anthropic/claude-opus-4-5-20251101", Some("claude-opus-4-5"));
    check("openrouter/anthropic/claude-opus-5.5", Some("claude-opus-5-5"));
    check(
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        Some("claude-sonnet-4-5"),
    );
    check("claude-haiku-4-5@20251001", Some("claude-haiku-4-5"));
    check("openai/gpt-5.4-2026-03-05", Some("gpt-5.4"));
    check("gpt-5.4-mini-2026-03-17", Some("gpt-5.4-mini"));
    check("gemini/gemini-3.1-pro-preview-05-06", Some("gemini-3.1-pro"));
    check("models/gemini-2.5-flash-001", Some("gemini-2.5-flash"));
    check("GPT-4o", Some("gpt-4o"));
}

#[test]
fn another_model_is_not_taken_for_one_that_is_known() {
    for name in [
        "gpt-5.4-pro",
        "gpt-5.45",
        "gpt-5-chat",
        "claude-opus-5-7",
        "claude-opus-5-5-7",
        "gpt-4o:free",
        "gpt-4o-",
        "qwen3-coder",
        "",
        "rules",
    ] {
        check(name, None);
    }
}

#[test]
fn a_long_prompt_costs_more_where_the_vendor_says_so() {
    let listed = find("claude-haiku-5-5").unwrap().price;
    let input = |base, tokens| for_prompt(base, "anthropic/claude-haiku-5-5", tokens).input;
    assert_eq!(input(listed, 100_000), 0.1);
    assert_eq!(input(listed, 100_001), 0.5);
    let own = Price { input: 0.3, ..listed };
    assert_eq!(input(own, 500_000), 0.3);
    assert_eq!(for_prompt(own, "unknown/model", 500_000), own);
}
