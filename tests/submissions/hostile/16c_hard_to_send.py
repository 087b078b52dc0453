"""Results that break a careless wire format: half an emoji, an int of 10,000 digits, odd keys, endless nesting."""

from tests.hostile import HandIn

LOSES = {"token_table", "fit_to_budget", "infer", "left_pad", "StreamDecoder", "chunked_prefill"}

TABLE = """
def token_table(tokenizer, text):
    return [(10**10_000, "\\ud800\\0"), (-(10**10_000), "\\udfff")]
"""
FIT = """
def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    endless = []
    endless.append(endless)
    return [{None: float("nan"), 1.5: b"", ("a", ("b",)): endless, True: 10**10_000}]
"""
INFER = """
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    deep = {}
    for _ in range(100_000):
        deep = {"text": deep}
    return deep
"""
PAD = """
def left_pad(sequences, pad_token_id):
    huge = torch.zeros(1, dtype=torch.long).expand(2_000_000_000)
    return huge, torch.zeros(3, 3).to_sparse()
"""
DECODER = """
class StreamDecoder:
    def __init__(self, tokenizer):
        pass

    def put(self, token_id):
        return "\\ud83d"

    def flush(self):
        return "\\ude00" * 20_000_000
"""
PREFILL = """
def chunked_prefill(model, input_ids, chunk_size):
    out = model(input_ids, use_cache=True)
    out.past_key_values.layers[0].keys = None
    return torch.empty(0, 0, 0, device="meta"), out.past_key_values
"""


def files():
    return (
        HandIn()
        .answer("token_table", TABLE)
        .answer("fit_to_budget", FIT)
        .answer("infer", INFER)
        .answer("left_pad", PAD)
        .answer("StreamDecoder", DECODER)
        .answer("chunked_prefill", PREFILL)
        .files()
    )
