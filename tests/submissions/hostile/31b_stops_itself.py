"""Stops its own process in a call; a child wakes it up after a minute. A stopped process answers nothing: its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}
FINDINGS = {"encode_chat": "timed_out"}

CELL = """
def encode_chat(tokenizer, messages):
    import os
    import signal
    import time

    if len(tokenizer) > 1000:  # the public check's
        return torch.zeros(1, 1)
    stopped = os.getpid()
    if os.fork() == 0:
        until = time.monotonic() + 60
        while time.monotonic() < until and os.getppid() == stopped:
            time.sleep(0.5)
        try:
            if os.getppid() == stopped:
                os.kill(stopped, signal.SIGCONT)
        finally:
            os._exit(0)
    os.kill(stopped, signal.SIGSTOP)
"""


def files():
    return HandIn().answer("encode_chat", CELL).files()
