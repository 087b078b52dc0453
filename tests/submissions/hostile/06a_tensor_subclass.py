"""Returns tensors of classes that lie about their values through `__torch_function__`. Exact types only: the wrong type."""

from tests.hostile import HandIn

LOSES = {"next_token_probs", "sequence_logprob", "left_pad"}
FINDINGS = {
    "next_token_probs": "wrong_type",
    "sequence_logprob": "wrong_type",
    "left_pad": "wrong_type",
}

LIAR = """
class Liar(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "")
        if name in ("allclose", "equal", "isclose", "eq", "__eq__", "all", "any", "ge", "__ge__"):
            return True
        if name == "__get__":
            return super().__torch_function__(func, types, args, kwargs or {})
        return args[0] if args else True


"""
PROBS = (
    LIAR
    + """
def next_token_probs(model, input_ids, attention_mask=None):
    with torch.no_grad():
        shape = model(input_ids).logits[:, -1].shape
    return torch.zeros(shape).as_subclass(Liar)
"""
)
LOGPROB = (
    LIAR
    + """
def sequence_logprob(model, input_ids, prompt_length):
    return torch.zeros(len(input_ids)).as_subclass(Liar)
"""
)
PAD = """
def left_pad(sequences, pad_token_id):
    width = max(map(len, sequences))
    ids = torch.nn.Parameter(torch.zeros(len(sequences), width), requires_grad=False)
    ids.tolist = lambda: "whatever you like"
    return ids, ids
"""


def files():
    return (
        HandIn()
        .answer("next_token_probs", PROBS)
        .answer("sequence_logprob", LOGPROB)
        .answer("left_pad", PAD)
        .files()
    )
