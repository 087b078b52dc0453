# wrong: mean_of_personas
# Overall is the mean of the personas' accuracies.


def scorecard(cases, run):
    marks = {}
    for case in cases:
        try:
            right = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            right = False
        marks.setdefault(case["persona"], []).append(right)
    card = {p: {"n": len(each), "accuracy": sum(each) / len(each)} for p, each in marks.items()}
    accuracies = [row["accuracy"] for row in card.values()]
    overall = sum(accuracies) / len(accuracies) if accuracies else 0.0
    return {**card, "overall": {"n": len(cases), "accuracy": overall}}
