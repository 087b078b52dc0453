"""Recursion without end: the interpreter's limit ends it, and where the limit was raised, the stack. It costs its own exercise only."""

from tests.hostile import HandIn

LOSES = {"greedy_generate", "encode_chat"}
FINDINGS = {"greedy_generate": "raised"}

GREEDY = """
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    return greedy_generate(model, input_ids, max_new_tokens, eos_token_id)
"""
CHAT = """
def encode_chat(tokenizer, messages):
    import sys

    class Deep:
        def __repr__(self):
            return repr(self)

        def __getattr__(self, name):
            return getattr(self, name)

    sys.setrecursionlimit(1_000_000)
    repr(Deep())
"""


def files():
    return HandIn().answer("greedy_generate", GREEDY).answer("encode_chat", CHAT).files()
