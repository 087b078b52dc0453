# wrong: substring_match
# The text has to begin with the answer.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        try:
            text = run(case["prompt"]).strip().lower()
            hit = text.startswith(case["answer"].strip().lower())
        except Exception:
            hit = False
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
