"""Looks for the expected value in the local variables of whoever called it, and returns that. There is none to be found."""

from tests.hostile import HandIn

LOSES = {"next_token_loss", "left_pad"}

LOOK = """
import sys


def look(*names):
    frame = sys._getframe(1)
    while frame is not None:
        for name in names:
            if name in frame.f_locals:
                return frame.f_locals[name]
        frame = frame.f_back


"""
PAD = (
    LOOK
    + """
def left_pad(sequences, pad_token_id):
    return look("wanted_ids", "want_ids"), look("wanted_mask", "want_mask")
"""
)
LOSS = (
    LOOK
    + """
def next_token_loss(logits, labels):
    return look("wanted", "want", "right", "expected")
"""
)


def files():
    return HandIn().answer("left_pad", PAD).answer("next_token_loss", LOSS).files()
