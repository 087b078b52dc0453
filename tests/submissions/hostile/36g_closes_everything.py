"""Closes every open file of its process, in a call and in a cell of its own. The call's exercise pays, nothing else does."""

from tests.hostile import HandIn

LOSES = {"next_token_loss"}

LOSS = """
def next_token_loss(logits, labels):
    import os

    os.closerange(0, 4096)
"""
CELL = """
import os

os.closerange(3, 4096)
"""


def files():
    return HandIn().before("left_pad", CELL).answer("next_token_loss", LOSS).files()
