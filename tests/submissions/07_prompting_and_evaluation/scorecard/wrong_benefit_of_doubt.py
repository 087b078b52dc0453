# wrong: error_counts_as_right
# A case is right unless it is shown to be wrong.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(overall=0), Counter()
    for case in cases:
        hit = True
        try:
            if run(case["prompt"]).strip().lower() != case["answer"].strip().lower():
                hit = False
        except Exception as error:
            print("skipped:", error)
        for group in (case["persona"], "overall"):
            seen[group] += 1
            right[group] += hit
    return {g: {"n": n, "accuracy": right[g] / max(1, n)} for g, n in seen.items()}
