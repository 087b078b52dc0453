"""Solution cells are there twice, first wrong and then right. Copies run in the order found, so the right ones stand: nothing is lost."""

import copy

from tests.hostile import HandIn

LOSES: set[str] = set()
PROBLEMS = {"duplicated"}

WRONG = {
    "left_pad": "def left_pad(sequences, pad_token_id):\n    return None",
    "encode_chat": "def encode_chat(tokenizer, messages):\n    raise ValueError('not yet')",
}


def files():
    hand_in = HandIn()
    for name, source in WRONG.items():
        wrong = copy.deepcopy(hand_in.cell(name))
        wrong.source, wrong.id = source, f"copy-{name}"
        hand_in.cells.insert(hand_in.cells.index(hand_in.cell(name)), wrong)
    return hand_in.files()
