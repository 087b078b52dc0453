# wrong: no_cases
# Division by the number of cases.
from collections import Counter


def scorecard(cases, run):
    seen, right = Counter(), Counter()
    for case in cases:
        try:
            hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            hit = False
        seen[case["persona"]] += 1
        right[case["persona"]] += hit
    card = {g: {"n": n, "accuracy": right[g] / n} for g, n in seen.items()}
    card["overall"] = {"n": len(cases), "accuracy": right.total() / len(cases)}
    return card
