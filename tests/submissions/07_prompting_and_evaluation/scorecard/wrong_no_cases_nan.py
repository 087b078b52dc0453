# wrong: no_cases
# The mean of nothing is NaN.
import numpy as np


def scorecard(cases, run):
    marks = {"overall": []}
    for case in cases:
        try:
            right = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            right = False
        marks["overall"].append(right)
        marks.setdefault(case["persona"], []).append(right)
    return {g: {"n": len(m), "accuracy": float(np.mean(m))} for g, m in marks.items()}
