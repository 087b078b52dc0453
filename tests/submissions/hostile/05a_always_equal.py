"""Returns an object that is equal to everything, of every length and any attribute. It is not data, so it is the wrong type."""

from tests.hostile import HandIn

LOSES = {"greedy_generate", "next_token_probs", "token_table", "infer", "StreamDecoder"}
FINDINGS = {
    "greedy_generate": "wrong_type",
    "next_token_probs": "wrong_type",
    "token_table": "wrong_type",
    "infer": "wrong_type",
    "StreamDecoder": "wrong_type",
}

ANYTHING = """
class Anything:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __lt__(self, other):
        return True

    __le__ = __gt__ = __ge__ = __contains__ = __lt__

    def __bool__(self):
        return True

    def __len__(self):
        return 1

    def __iter__(self):
        return iter([self])

    def __call__(self, *args, **kwargs):
        return self

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key):
        return self

    def __float__(self):
        return 1.0

    def __hash__(self):
        return 0

    __index__ = __int__ = __hash__
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __call__

    @property
    def __class__(self):
        return torch.Tensor


"""


def function(name):
    return f"{ANYTHING}def {name}(*args, **kwargs):\n    return Anything()\n"


DECODER = f"""{ANYTHING}
class StreamDecoder:
    def __init__(self, tokenizer):
        pass

    def put(self, token_id):
        return Anything()

    def flush(self):
        return Anything()
"""


def files():
    hand_in = HandIn().answer("StreamDecoder", DECODER)
    for name in LOSES - {"StreamDecoder"}:
        hand_in.answer(name, function(name))
    return hand_in.files()
