# right: marks in lists, by persona


def scorecard(cases, run):
    marks = {"overall": []}
    for case in cases:
        try:
            text = run(case["prompt"])
            right = text.strip().lower() == case["answer"].strip().lower()
        except Exception:
            right = False
        marks["overall"].append(right)
        marks.setdefault(case["persona"], []).append(right)
    return {
        name: {"n": len(each), "accuracy": sum(each) / len(each) if each else 0.0}
        for name, each in marks.items()
    }
