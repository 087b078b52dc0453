"""Locked cells are there many times, the copies with scores of the student's. Only the release's count: the wrong answer gets 0."""

import copy

from tests.hostile import HandIn, stub

LOSES = {"infer"}
FINDINGS = {"infer": "not_implemented"}


def files():
    hand_in = HandIn().answer("infer", stub("infer"))
    for number in range(5):
        test = copy.deepcopy(hand_in.cell("test_infer"))
        test.source, test.id = "3.0", f"copy-{number}"
        hand_in.cells.insert(hand_in.cells.index(hand_in.cell("test_infer")), test)
    return hand_in.files()
