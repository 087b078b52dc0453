"""All tests stand at the top and the solutions are in reverse order. They go back to the release's order: nothing is lost."""

from tests.hostile import HandIn, grade_id

LOSES: set[str] = set()
PROBLEMS = {"cells_reordered"}


def files():
    hand_in = HandIn()
    named = [cell for cell in hand_in.cells if grade_id(cell)]
    others = [cell for cell in hand_in.cells if not grade_id(cell)]
    tests = [cell for cell in named if grade_id(cell).startswith("test_")]
    solutions = [cell for cell in named if cell not in tests]
    hand_in.notebook.cells = tests + others[:3] + solutions[::-1] + others[3:]
    return hand_in.files()
