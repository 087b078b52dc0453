"""More than two thousand cells, all empty but the honest ones. More than a notebook may have: failed."""

from tests.hostile import HandIn, every_exercise, own_cell

LOSES = every_exercise()
STATUS = "failed"


def files():
    hand_in = HandIn()
    hand_in.cells.extend(own_cell("") for _ in range(2_000))
    for number, cell in enumerate(hand_in.cells):
        cell.id = f"cell-{number}"
    return hand_in.files()
