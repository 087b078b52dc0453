# wrong: overall_missing
# Personas alone.


def scorecard(cases, run):
    marks = {}
    for case in cases:
        try:
            right = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            right = False
        marks.setdefault(case["persona"], []).append(right)
    return {p: {"n": len(each), "accuracy": sum(each) / len(each)} for p, each in marks.items()}
