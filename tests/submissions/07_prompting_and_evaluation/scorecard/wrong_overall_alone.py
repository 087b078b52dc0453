# wrong: personas_missing
# One number for all.


def scorecard(cases, run):
    right = 0
    for case in cases:
        try:
            right += run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            continue
    return {"overall": {"n": len(cases), "accuracy": right / max(1, len(cases))}}
