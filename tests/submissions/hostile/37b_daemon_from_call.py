"""Leaves a daemon behind from inside a right answer, with all of its open files. The answer counts; nothing may outlive the run."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

NAME = "hostile-daemon"

CELL = """
def left_pad(sequences, pad_token_id):
    import os
    import sys

    if len(sequences) == 3 and os.fork() == 0:
        try:
            os.setsid()
            if os.fork() == 0:
                for file in range(3, 256):
                    try:
                        os.set_inheritable(file, True)
                    except OSError:
                        pass
                code = "import time; time.sleep(60)"
                os.execv(sys.executable, [sys.executable, "-c", code, "hostile" + "-daemon"])
        finally:
            os._exit(0)
    return right_left_pad(sequences, pad_token_id)
"""


def files():
    right = honest("left_pad").replace("def left_pad(", "def right_left_pad(")
    return HandIn().answer("left_pad", f"{right}\n\n{CELL}").files()
