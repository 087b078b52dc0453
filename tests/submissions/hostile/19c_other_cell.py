"""One exercise's cell redefines another's function: an earlier one, which is judged already, and its own, wrongly. Only its own pays."""

from tests.hostile import HandIn, stub

LOSES = {"infer"}
FINDINGS = {"infer": "not_implemented"}


def files():
    redefined = "\n\n\n".join(map(stub, ["infer", "left_pad", "greedy_generate"]))
    return HandIn().answer("infer", redefined).files()
