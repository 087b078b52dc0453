"""Changes the tokenizer and the model that it was lent, so that a reference working with them would agree. The judge has its own: 0."""

from tests.hostile import HandIn

LOSES = {"encode_chat", "token_table", "next_token_probs"}

CHAT = """
def encode_chat(tokenizer, messages):
    tokenizer.chat_template = ""
    tokenizer.__class__.apply_chat_template = lambda *args, **kwargs: {"input_ids": [1, 2]}
    return torch.tensor([[1, 2]])
"""
TABLE = """
def token_table(tokenizer, text):
    type(tokenizer).__call__ = lambda *args, **kwargs: type("Encoding", (), {"input_ids": []})()
    return []
"""
PROBS = """
def next_token_probs(model, input_ids, attention_mask=None):
    size = model.config.vocab_size
    flat = torch.zeros(*input_ids.shape, size)
    model.answer = lambda request: (flat, request.tags)
    type(model).forward = lambda *args, **kwargs: type("Out", (), {"logits": flat})()
    return torch.full((len(input_ids), size), 1 / size)
"""


def files():
    return (
        HandIn()
        .answer("encode_chat", CHAT)
        .answer("token_table", TABLE)
        .answer("next_token_probs", PROBS)
        .files()
    )
