# right: a table, grouped
import pandas as pd


def scorecard(cases, run):
    def correct(case):
        try:
            return run(case["prompt"]).strip().upper() == case["answer"].strip().upper()
        except Exception:
            return False

    table = pd.DataFrame(
        {"persona": [case["persona"] for case in cases], "right": [correct(case) for case in cases]}
    )
    card = {
        persona: {"n": len(group), "accuracy": float(group["right"].mean())}
        for persona, group in table.groupby("persona")
    }
    accuracy = float(table["right"].mean()) if len(table) else 0.0
    return {**card, "overall": {"n": len(table), "accuracy": accuracy}}
