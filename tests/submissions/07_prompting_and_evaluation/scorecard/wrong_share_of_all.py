# wrong: share_of_all_cases
# A persona's right cases are divided by all cases.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        try:
            hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            hit = False
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, len(cases))} for g, n in seen.items()}
