# wrong: white_space_counts
# A line end behind the text makes it wrong.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        try:
            hit = run(case["prompt"]).lower() == case["answer"].lower()
        except Exception:
            hit = False
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
