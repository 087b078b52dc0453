# wrong: persona_overwritten
# Each case overwrites its persona's entry.


def scorecard(cases, run):
    card, hits = {}, 0
    for case in cases:
        try:
            right = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            right = False
        hits += right
        card[case["persona"]] = {"n": 1, "accuracy": float(right)}
    card["overall"] = {"n": len(cases), "accuracy": hits / max(1, len(cases))}
    return card
