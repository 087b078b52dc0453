# right: running counts, with further keys


def scorecard(cases, run):
    def same(text, answer):
        return text.lower().strip() == answer.lower().strip()

    card = {"overall": {"n": 0, "accuracy": 0.0, "correct": 0, "failures": []}}
    for case in cases:
        ok = 0
        failure = None
        try:
            ok = int(same(run(case["prompt"]), case["answer"]))
        except Exception as error:
            failure = str(error)
        for name in ("overall", case["persona"]):
            row = card.setdefault(name, {"n": 0, "accuracy": 0.0, "correct": 0, "failures": []})
            row["n"] += 1
            row["correct"] += ok
            row["accuracy"] = row["correct"] / row["n"]
            if failure:
                row["failures"].append(failure)
    return card
