"""Right containers with always-equal things inside: lists, tuples, dict values and dict keys. None of them is data."""

from tests.hostile import HandIn

LOSES = {"token_table", "fit_to_budget", "left_pad", "infer"}

SAME = """
class Same(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return hash("text")


class Number(int):
    __eq__ = Same.__eq__
    __ne__ = Same.__ne__
    __hash__ = int.__hash__


"""
TABLE = (
    SAME
    + """
def token_table(tokenizer, text):
    return [(Number(id), Same(text)) for id in tokenizer(text, add_special_tokens=False).input_ids]
"""
)
FIT = (
    SAME
    + """
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    return [{Same("role"): Same("user"), Same("content"): Same("")}]
"""
)
PAD = (
    SAME
    + """
def left_pad(sequences, pad_token_id):
    return Same("ids"), Same("mask")
"""
)
INFER = (
    SAME
    + """
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    return {
        "text": Same(""),
        "prompt_tokens": Number(0),
        "completion_tokens": Number(0),
        "finish_reason": Same("stop"),
    }
"""
)


def files():
    return (
        HandIn()
        .answer("token_table", TABLE)
        .answer("fit_to_budget", FIT)
        .answer("left_pad", PAD)
        .answer("infer", INFER)
        .files()
    )
