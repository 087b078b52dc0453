"""Raises what is no Exception: KeyboardInterrupt, GeneratorExit, a BaseException of its own. Each costs its own exercise only."""

from tests.hostile import HandIn

LOSES = {"token_table", "left_pad", "infer"}

TABLE = """
def token_table(tokenizer, text):
    raise KeyboardInterrupt
"""
PAD = """
def left_pad(sequences, pad_token_id):
    raise GeneratorExit
"""
INFER = """
class End(BaseException):
    pass


def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    raise End("of everything")
"""


def files():
    return (
        HandIn().answer("token_table", TABLE).answer("left_pad", PAD).answer("infer", INFER).files()
    )
