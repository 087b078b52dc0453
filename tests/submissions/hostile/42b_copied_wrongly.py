"""A solution cell is there twice, first right and then wrong. Copies run in the order found, so the wrong one stands: 0."""

import copy

from tests.hostile import HandIn

LOSES = {"left_pad"}
PROBLEMS = {"duplicated"}


def files():
    hand_in = HandIn()
    wrong = copy.deepcopy(hand_in.cell("left_pad"))
    wrong.source = "def left_pad(sequences, pad_token_id):\n    return None"
    wrong.id = "copy-left_pad"
    hand_in.cells.insert(hand_in.cells.index(hand_in.cell("left_pad")) + 1, wrong)
    return hand_in.files()
