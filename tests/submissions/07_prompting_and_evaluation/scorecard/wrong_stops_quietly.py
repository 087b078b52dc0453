# wrong: error_not_counted
# The first exception ends the run, and what was seen so far is the card.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    try:
        for case in cases:
            hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
            for group in (case["persona"], "overall"):
                seen[group] += 1
                right[group] += hit
    except Exception:
        pass
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
