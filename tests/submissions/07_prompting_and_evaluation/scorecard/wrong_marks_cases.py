# wrong: input_changed
# The mark is written into the caller's cases.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        try:
            case["output"] = run(case["prompt"])
        except Exception:
            case["output"] = ""
        hit = case["output"].strip().lower() == case["answer"].strip().lower()
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
