"""Patches builtins that every check and every later answer uses. Its own exercise pays; the honest ones after it do not."""

from tests.hostile import HandIn

LOSES = {"token_table"}

CELL = """
import builtins


def token_table(tokenizer, text):
    return []


builtins.isinstance = builtins.all = lambda *args: True
builtins.any = lambda *args: False
builtins.len = lambda thing: 1
builtins.float = lambda value=0: 2.0
builtins.AssertionError = builtins.ValueError = KeyError
"""


def files():
    return HandIn().answer("token_table", CELL).files()
