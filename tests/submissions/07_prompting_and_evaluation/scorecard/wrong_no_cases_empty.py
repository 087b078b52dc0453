# wrong: no_cases
# An empty card without cases.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(), Counter()
    for case in cases:
        try:
            hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            hit = False
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / n} for g, n in seen.items()}
