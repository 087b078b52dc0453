"""Forks in a call, so that two processes answer it, both wrongly and one of them eight seconds late. Only its own exercise pays."""

from tests.hostile import HandIn

LOSES = {"fit_to_budget"}

CELL = """
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    import os
    import threading
    import time

    def end():
        time.sleep(9)
        os._exit(0)

    if os.fork() == 0:
        threading.Thread(target=end, daemon=True).start()
        time.sleep(8)
        return messages[:1]
    return messages[-1:]
"""


def files():
    return HandIn().answer("fit_to_budget", CELL).files()
