"""UTF-16 with a byte order mark, as PowerShell writes it. It is a notebook like any other: nothing is lost."""

import json

from tests.hostile import FILE, HandIn

LOSES: set[str] = set()


def files():
    text = json.dumps(HandIn().document(), ensure_ascii=False)
    return {FILE: text.encode("utf-16")}
