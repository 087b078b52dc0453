"""A name in Latin-1 in prose and a comment, which is no UTF-8. Only those characters are unreadable: nothing is lost."""

import json

from tests.hostile import FILE, HandIn, honest

LOSES: set[str] = set()
PROBLEMS = {"encoding"}


def files():
    answer = f"# by René\n{honest('left_pad')}"
    hand_in = HandIn().answer("left_pad", answer).before("token_table", "Renée", "markdown")
    text = json.dumps(hand_in.document())
    return {FILE: text.encode().replace(b"\\u00e9", b"\xe9")}
