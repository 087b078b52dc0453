# wrong: personas_missing
# A persona with nothing right does not appear.
from collections import Counter


def scorecard(cases, run):
    seen = Counter(case["persona"] for case in cases)
    right = Counter()
    for case in cases:
        try:
            if run(case["prompt"]).strip().lower() == case["answer"].strip().lower():
                right[case["persona"]] += 1
        except Exception:
            continue
    card = {p: {"n": seen[p], "accuracy": hits / seen[p]} for p, hits in right.items()}
    overall = right.total() / len(cases) if cases else 0.0
    return {**card, "overall": {"n": len(cases), "accuracy": overall}}
