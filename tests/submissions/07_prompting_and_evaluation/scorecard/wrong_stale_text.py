# wrong: error_counts_as_right
# After an exception the text of the case before is judged again.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    hit = False
    for case in cases:
        try:
            hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            pass
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
