"""Patches builtins from inside the function, during the call. The answer gets 0 and nothing else changes."""

from tests.hostile import HandIn

LOSES = {"next_token_loss"}

CELL = """
def next_token_loss(logits, labels):
    import builtins

    builtins.isinstance = builtins.all = lambda *args: True
    builtins.abs = lambda value: 0.0
    builtins.type = lambda *args: float
    builtins.__import__ = lambda *args, **kwargs: torch
    builtins.open = builtins.print = builtins.len = None
    return 0.0
"""


def files():
    return HandIn().answer("next_token_loss", CELL).files()
