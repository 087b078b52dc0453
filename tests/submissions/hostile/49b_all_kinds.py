"""Indentation, an open string, a stray return, tabs and a merge conflict, each in one cell, and more in own cells. Each costs its own."""

from tests.hostile import HandIn, honest

# A stray return below a function is found when the function stands already, as in any notebook.
LOSES = {"token_table", "encode_chat", "left_pad", "StreamDecoder"}


def files():
    conflict = f"<<<<<<< HEAD\n{honest('left_pad')}\n=======\n>>>>>>> theirs"
    return (
        HandIn()
        .answer("token_table", "def token_table(tokenizer, text):\nreturn []")
        .answer("encode_chat", f"{honest('encode_chat')}\n'''an open string")
        .answer("greedy_generate", f"{honest('greedy_generate')}\nreturn 3.0")
        .answer("left_pad", conflict)
        .answer("StreamDecoder", "class StreamDecoder:\n    def put(self):\n\tpass\n    )")
        .before("infer", "def half(")
        .before("next_token_loss", "my answer is 42")
        .files()
    )
