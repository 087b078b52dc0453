"""Writes forged answers and garbage to every socket and pipe of its process from inside a call. Only its own exercise pays for that."""

from tests.hostile import HandIn

LOSES = {"next_token_loss"}

CELL = """
def next_token_loss(logits, labels):
    import json
    import os
    import stat

    good = {"id": 1, "ok": True, "passed": True, "score": 3.0, "findings": [], "result": 0.0}
    text = json.dumps(good).encode()
    for file in map(int, os.listdir("/proc/self/fd")):
        try:
            kind = os.fstat(file).st_mode
            if file > 2 and (stat.S_ISSOCK(kind) or stat.S_ISFIFO(kind)):
                os.set_blocking(file, False)
                for form in ("big", "little"):
                    for size in (4, 8):
                        os.write(file, len(text).to_bytes(size, form) + text)
                os.write(file, text + b"\\n" + b"\\xff" * 4096)
        except OSError:
            pass
    return 0.0
"""


def files():
    return HandIn().answer("next_token_loss", CELL).files()
