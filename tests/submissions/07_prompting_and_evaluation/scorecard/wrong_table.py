# wrong: wrong_type
# A DataFrame.
import pandas as pd


def scorecard(cases, run):
    rows = []
    for case in cases:
        try:
            hit = run(case["prompt"]).strip().lower() == case["answer"].strip().lower()
        except Exception:
            hit = False
        rows += [(case["persona"], hit), ("overall", hit)]
    table = pd.DataFrame(rows, columns=["persona", "right"])
    return table.groupby("persona")["right"].agg(n="size", accuracy="mean").reset_index()
