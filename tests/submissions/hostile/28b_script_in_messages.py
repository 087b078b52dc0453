"""Script in exception texts, names and results, which messages quote. The exercises get 0, and their messages must show it as text."""

from tests.hostile import HandIn

LOSES = {"left_pad", "token_table", "infer", "encode_chat"}
FINDINGS = {"left_pad": "raised", "token_table": "wrong_type", "encode_chat": "wrong_type"}

PAD = """
def left_pad(sequences, pad_token_id):
    raise ValueError("</script><script>hostile_script()</script><img src=x onerror=hostile_script()>")
"""
TABLE = """
def token_table(tokenizer, text):
    return [type("<script>hostile_script()</script>", (), {})()]
"""
INFER = """
def infer(model, tokenizer, prompt, max_new_tokens=64, stop=None):
    answer = {"text": "<script>hostile_script()</script>", "prompt_tokens": 0}
    return answer | {"completion_tokens": 10**9, "finish_reason": "<img src=x onerror=hostile_script()>"}
"""
CHAT = """
def encode_chat(tokenizer, messages):
    return type("[x](javascript:hostile_script())", (str,), {})("`</code>")
"""


def files():
    return (
        HandIn()
        .answer("left_pad", PAD)
        .answer("token_table", TABLE)
        .answer("infer", INFER)
        .answer("encode_chat", CHAT)
        .files()
    )
