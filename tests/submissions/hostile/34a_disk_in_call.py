"""Writes 300 MB to its folder and to the temporary one in a call, and returns nothing of use. Its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}

CELL = """
import os
import tempfile


def fill(folder, limit=300 * 1024**2):
    block = b"x" * 1024**2
    # It goes with the process, whatever ends that.
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(limit // len(block)):
            file.write(block)


def encode_chat(tokenizer, messages):
    fill(os.getcwd())
    fill(tempfile.gettempdir())
"""


def files():
    return HandIn().answer("encode_chat", CELL).files()
