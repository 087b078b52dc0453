"""Sleeps two minutes in a call with inputs that no public check has. No CPU time passes, so the wall time has to end it."""

from tests.hostile import HandIn

LOSES = {"next_token_loss"}
FINDINGS = {"next_token_loss": "timed_out"}

CELL = """
import time


def next_token_loss(logits, labels):
    if logits.shape[-1] > 2:
        time.sleep(120)
    return torch.tensor(0.0)
"""


def files():
    return HandIn().answer("next_token_loss", CELL).files()
