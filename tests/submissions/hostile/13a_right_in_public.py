"""Right only where the caller is the public check, wrong for anybody else. What is judged is what it does for the judge: 0."""

from tests.hostile import HandIn, honest

LOSES = {"next_token_probs", "encode_chat"}

TWO_FACED = """
def {name}(*args, **kwargs):
    import sys

    callers, frame = set(), sys._getframe(1)
    while frame is not None:
        callers.add(frame.f_code.co_name)
        frame = frame.f_back
    if "public_check" in callers:
        return {name}_for_show(*args, **kwargs)
    return torch.zeros(1, 1, dtype=torch.long)
"""


def two_faced(name):
    for_show = honest(name).replace(f"def {name}(", f"def {name}_for_show(")
    return f"{for_show}\n\n{TWO_FACED.format(name=name)}"


def files():
    hand_in = HandIn()
    for name in LOSES:
        hand_in.answer(name, two_faced(name))
    return hand_in.files()
