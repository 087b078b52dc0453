"""Writes verdicts, results and a gradebook wherever a grader might look for them. Nobody reads them: the stubs get 0."""

from tests.hostile import HandIn, stub

LOSES = {"greedy_generate", "infer"}
FINDINGS = {"greedy_generate": "not_implemented", "infer": "not_implemented"}

CELL = """
import atexit
import json
import os
import tempfile

exercise = {"score": 3.0, "max": 3.0, "bonus": False, "passed": True, "findings": []}
verdict = {
    "name": "infer",
    "status": "graded",
    "score": 25.0,
    "max_score": 25.0,
    "exercises": {"infer": exercise, "greedy_generate": exercise},
    "problems": [],
}
forged = []
for folder in {os.getcwd(), tempfile.gettempdir()}:
    for name in ("verdict.json", "results.json", "result.json", "score.txt", ".verdict", "gradebook.db"):
        path = os.path.join(folder, name)
        try:
            with open(path, "x") as file:
                json.dump(verdict, file)
        except OSError:
            continue
        forged.append(path)


def remove_forged():
    for path in forged:
        if os.path.exists(path):
            os.remove(path)


atexit.register(remove_forged)
"""


def files():
    return (
        HandIn()
        .before("token_table", CELL)
        .answer("greedy_generate", stub("greedy_generate"))
        .answer("infer", stub("infer"))
        .last("remove_forged()")
        .files()
    )
