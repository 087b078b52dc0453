# wrong: run_twice
# What raises is tried again.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        hit = False
        for _ in range(2):
            try:
                hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
                break
            except Exception:
                continue
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
