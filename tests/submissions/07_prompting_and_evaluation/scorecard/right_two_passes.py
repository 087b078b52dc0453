# right: all outputs first, then one persona after another
import numpy as np


def scorecard(cases, run):
    outputs = []
    for case in cases:
        try:
            outputs.append(run(case["prompt"]))
        except Exception:
            outputs.append(None)

    def clean(text):
        return text if text is None else text.strip().lower()

    marks = np.array([clean(o) == clean(c["answer"]) for o, c in zip(outputs, cases)], dtype=float)
    personas = np.array([case["persona"] for case in cases])
    card = {"overall": {"n": len(marks), "accuracy": marks.mean() if len(marks) else 0.0}}
    for persona in dict.fromkeys(personas.tolist()):
        chosen = marks[personas == persona]
        card[persona] = {"n": chosen.size, "accuracy": chosen.mean()}
    return card
