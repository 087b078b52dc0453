"""Prints one line of 200 MB in a cell of its own, and once more in a right answer. Output is cut, never marked: nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

CELL = """
print("x" * 200_000_000)
"""
LOSS = """
printed = False


def next_token_loss(logits, labels):
    global printed
    if not printed:
        printed = True
        print("x" * 200_000_000)
    return right_loss(logits, labels)
"""


def files():
    right = honest("next_token_loss").replace("def next_token_loss(", "def right_loss(")
    return (
        HandIn().before("token_table", CELL).answer("next_token_loss", f"{right}\n\n{LOSS}").files()
    )
