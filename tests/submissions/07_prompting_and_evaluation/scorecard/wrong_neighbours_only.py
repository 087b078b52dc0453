# wrong: persona_overwritten
# groupby joins neighbours alone, and the last group of a persona stays.
from itertools import groupby


def scorecard(cases, run):
    def correct(case):
        try:
            return run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            return False

    marks = [(case["persona"], correct(case)) for case in cases]
    card = {}
    for persona, group in groupby(marks, key=lambda mark: mark[0]):
        each = [right for _, right in group]
        card[persona] = {"n": len(each), "accuracy": sum(each) / len(each)}
    hits = sum(right for _, right in marks)
    return {**card, "overall": {"n": len(cases), "accuracy": hits / max(1, len(cases))}}
