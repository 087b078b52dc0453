# right: two counters
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        try:
            said = run(case["prompt"])
        except Exception:
            said = None
        hit = said is not None and said.strip().casefold() == case["answer"].strip().casefold()
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {group: {"n": n, "accuracy": right[group] / max(n, 1)} for group, n in seen.items()}
