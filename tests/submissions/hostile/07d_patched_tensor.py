"""Breaks the methods that a tensor is sent with, and argmax for everybody. Its own exercise pays; the honest ones after it do not."""

from tests.hostile import HandIn

LOSES = {"encode_chat"}

CELL = """
def zeros(self, *args, **kwargs):
    return torch.zeros(self.shape)


for name in ("argmax", "clone", "detach", "cpu", "numpy", "tolist", "softmax", "log_softmax"):
    setattr(torch.Tensor, name, zeros)
torch.tensor = lambda *args, **kwargs: torch.zeros(1)
torch.save = torch.load = torch.from_numpy = torch.frombuffer = None


def encode_chat(tokenizer, messages):
    return torch.zeros(1, 1)
"""


def files():
    return HandIn().answer("encode_chat", CELL).files()
