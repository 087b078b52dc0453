# wrong: percentage
# Times 100.
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
    return {g: {"n": n, "accuracy": 100 * right[g] / max(1, n)} for g, n in seen.items()}
