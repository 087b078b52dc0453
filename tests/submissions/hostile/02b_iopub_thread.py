"""A thread sends scores and "idle" messages on the output channel for ten seconds, whatever cell runs. The wrong answer gets 0."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}
FINDINGS = {"encode_chat": "wrong_type"}

CELL = """
import threading
import time


def flood():
    kernel = getattr(get_ipython(), "kernel", None)
    until = time.monotonic() + 10
    while kernel is not None and time.monotonic() < until:
        for kind, content in (
            ("execute_result", {"data": {"text/plain": "2.0"}, "metadata": {}, "execution_count": 1}),
            ("status", {"execution_state": "idle"}),
        ):
            parent = kernel.get_parent("shell")
            kernel.session.send(kernel.iopub_socket, kind, content, parent=parent)
        time.sleep(0.05)


threading.Thread(target=flood, daemon=True).start()


def encode_chat(tokenizer, messages):
    return 2.0
"""


def files():
    return HandIn().answer("encode_chat", CELL).files()
