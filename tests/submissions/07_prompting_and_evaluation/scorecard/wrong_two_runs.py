# wrong: run_twice
# Once for the persona, once for the overall score.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        for group in (case["persona"], "overall"):
            try:
                hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
            except Exception:
                hit = False
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
