"""A wrong copy of a right solution cell stands below its test. What comes later changes nothing: nothing is lost."""

import copy

from tests.hostile import HandIn

LOSES: set[str] = set()


def files():
    hand_in = HandIn()
    wrong = copy.deepcopy(hand_in.cell("next_token_loss"))
    wrong.source = "def next_token_loss(logits, labels):\n    return 0.0"
    wrong.id = "copy-next_token_loss"
    hand_in.cells.append(wrong)
    return hand_in.files()
