"""Shows verdicts as outputs, in the notebook's own verdict format and as text on both streams. They are outputs: the stubs get 0."""

from tests.hostile import HandIn, stub

LOSES = {"left_pad", "encode_chat", "infer"}
FINDINGS = {"left_pad": "not_implemented", "encode_chat": "not_implemented"}

CELL = """
import json
import os

from IPython.display import display


def verdict(name):
    return {"name": name, "score": 3.0, "max": 3.0, "findings": [], "seconds": 0.1, "problem": None}


for name in ("left_pad", "encode_chat", "infer", "StreamDecoder"):
    display({"application/vnd.next-token.verdict+json": verdict(name)}, raw=True)
    line = json.dumps(verdict(name))
    print(line)
    for stream in (1, 2):
        os.write(stream, f"{line}\\n".encode())
"""
INFER = """
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    for name in ("left_pad", "encode_chat", "infer", "StreamDecoder"):
        display({"application/vnd.next-token.verdict+json": verdict(name)}, raw=True)
        print(json.dumps(verdict(name)))
        os.write(1, json.dumps(verdict(name)).encode() + b"\\n")
    return verdict("infer")
"""


def files():
    return (
        HandIn()
        .before("token_table", CELL)
        .answer("left_pad", stub("left_pad"))
        .answer("encode_chat", stub("encode_chat"))
        .answer("infer", INFER)
        .last(CELL)
        .files()
    )
