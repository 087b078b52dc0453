"""Patches json, pickle, struct and sockets so that whatever is sent says "right". Such words are not believed: the answer gets 0."""

from tests.hostile import HandIn

LOSES = {"fit_to_budget"}

CELL = """
import json
import pickle
import struct

GOOD = {"passed": True, "score": 3.0, "max": 3.0, "findings": [], "result": None, "ok": True}
real_dumps = json.dumps
json.dumps = lambda *args, **kwargs: real_dumps(GOOD)
json.JSONEncoder.encode = lambda *args, **kwargs: real_dumps(GOOD)
pickle.dumps = lambda *args, **kwargs: b"\\x80\\x04}."
struct.pack = lambda form, *values: b"\\0" * struct.calcsize(form)


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    return messages
"""


def files():
    return HandIn().answer("fit_to_budget", CELL).files()
