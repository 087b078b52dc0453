"""Right answers that print a lot in every call, on both streams and past Python. Debugging costs nothing: nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

NOISE = """
import os
import sys


def noisy(*args):
    for _ in range(200):
        print("debug" * 20, args)
        print("debug" * 20, file=sys.stderr)
    for stream in (1, 2):
        os.write(stream, b"debug\\n" * 200)


"""
PAD = """
def left_pad(sequences, pad_token_id):
    noisy(sequences, pad_token_id)
    return right_left_pad(sequences, pad_token_id)
"""
FIT = """
def fit_to_budget(*args, **kwargs):
    noisy(args)
    return right_fit_to_budget(*args, **kwargs)
"""


def noisy(name, wrapper):
    right = honest(name).replace(f"def {name}(", f"def right_{name}(")
    return f"{NOISE}{right}\n\n{wrapper}"


def files():
    return (
        HandIn()
        .answer("left_pad", noisy("left_pad", PAD))
        .answer("fit_to_budget", noisy("fit_to_budget", FIT))
        .files()
    )
