"""Starts 280 threads that sleep for eight seconds, in a call. Whether they are allowed or not, the answer is wrong: it pays alone."""

from tests.hostile import HandIn

LOSES = {"next_token_probs"}

CELL = """
def next_token_probs(model, input_ids, attention_mask=None):
    import threading
    import time

    for _ in range(280):
        threading.Thread(target=time.sleep, args=(8,)).start()
"""


def files():
    return HandIn().answer("next_token_probs", CELL).files()
