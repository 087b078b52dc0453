"""Right tensors that carry a pickle payload as an attribute and a hook. Only the plain tensor crosses, so the right answer counts."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()

CELL = """
class Payload:
    def __reduce_ex__(self, protocol):
        return exec, ("raise RuntimeError('LEAK' + '<<' + 'unpickled' + '>>')",)


def encode_chat(tokenizer, messages):
    result = right_encode_chat(tokenizer, messages)
    result.payload = Payload()
    return result
"""


def files():
    right = honest("encode_chat").replace("def encode_chat(", "def right_encode_chat(")
    return HandIn().answer("encode_chat", f"{right}\n\n{CELL}").files()
