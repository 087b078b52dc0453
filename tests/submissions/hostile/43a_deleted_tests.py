"""All test cells and public checks are deleted. The release has them: honest answers lose nothing, and the stub gets its 0."""

from tests.hostile import HandIn, grade_id, stub

LOSES = {"fit_to_budget"}
PROBLEMS = {"cell_restored"}
FINDINGS = {"fit_to_budget": "not_implemented"}


def files():
    hand_in = HandIn().answer("fit_to_budget", stub("fit_to_budget"))
    locked = [
        cell for cell in hand_in.cells if (grade_id(cell) or "").startswith(("test_", "try_"))
    ]
    for cell in locked:
        hand_in.cells.remove(cell)
    return hand_in.files()
