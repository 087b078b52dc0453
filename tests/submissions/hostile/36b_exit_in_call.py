"""Functions that end the process, by `os._exit`, a signal and `sys.exit`, when they are called. Each costs its own exercise only."""

from tests.hostile import HandIn

LOSES = {"left_pad", "encode_chat", "next_token_loss"}
FINDINGS = {"left_pad": "crashed", "encode_chat": "crashed"}

EXIT = """
def left_pad(sequences, pad_token_id):
    import os

    os._exit(0)
"""
KILL = """
def encode_chat(tokenizer, messages):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGKILL)
"""
SYSTEM_EXIT = """
def next_token_loss(logits, labels):
    import sys

    sys.exit(0)
"""


def files():
    return (
        HandIn()
        .answer("left_pad", EXIT)
        .answer("encode_chat", KILL)
        .answer("next_token_loss", SYSTEM_EXIT)
        .files()
    )
