"""Test cells and public checks are rewritten to give full scores. They are put back: the stub gets 0, the honest ones lose nothing."""

from tests.hostile import HandIn, grade_id, stub

LOSES = {"greedy_generate"}
PROBLEMS = {"locked_cell_changed"}
FINDINGS = {"greedy_generate": "not_implemented"}


def files():
    hand_in = HandIn().answer("greedy_generate", stub("greedy_generate"))
    for cell in hand_in.cells:
        name = grade_id(cell) or ""
        if name.startswith("test_"):
            cell.source = "3.0"
        if name.startswith("try_"):
            cell.source = "print('public checks passed')"
    return hand_in.files()
