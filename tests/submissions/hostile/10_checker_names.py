"""Defines every name that a test cell might use, from `autograde` to `public_check`, with a full score in it. No mark comes from there."""

from tests.hostile import HandIn, stub

LOSES = {"left_pad", "infer"}
FINDINGS = {"infer": "not_implemented"}

CELL = """
def full_score(*args, **kwargs):
    return 3.0


class Checker:
    CHECKS = {}

    def __getattr__(self, name):
        return full_score


autograde = marking = checks = grader = Checker()
mark = judge = check = require = exercise = show_verdict = mark_in_notebook = full_score
test_left_pad = test_infer = public_check = expect_close = assert_close = full_score


def left_pad(sequences, pad_token_id):
    return torch.zeros(1, 1), torch.zeros(1, 1)
"""


def files():
    return HandIn().answer("left_pad", CELL).answer("infer", stub("infer")).files()
