"""Right numbers in a shape that only broadcasts, or in the wrong dtype: not what was asked for."""

from tests.hostile import HandIn, honest

LOSES = {"sequence_logprob", "left_pad", "greedy_generate", "next_token_probs"}
FINDINGS = {
    "sequence_logprob": "wrong_shape",
    "left_pad": "wrong_dtype",
    "greedy_generate": "wrong_dtype",
    "next_token_probs": "wrong_dtype",
}
WRAPPED = {
    "sequence_logprob": "[:, None]",
    "greedy_generate": ".float()",
    "next_token_probs": ".half()",
}
PAD = """
def left_pad(*args):
    ids, mask = right_left_pad(*args)
    return ids.to(torch.int32), mask.double()
"""


def renamed(name):
    return honest(name).replace(f"def {name}(", f"def right_{name}(")


def files():
    hand_in = HandIn().answer("left_pad", f"{renamed('left_pad')}\n\n{PAD}")
    for name, change in WRAPPED.items():
        call = f"def {name}(*args, **kwargs):\n    return right_{name}(*args, **kwargs){change}"
        hand_in.answer(name, f"{renamed(name)}\n\n\n{call}")
    return hand_in.files()
