"""Half of an emoji in prose, in a right answer's comment and in a file's metadata, which no UTF-8 can hold. Nothing is lost."""

from tests.hostile import FILE, HandIn, honest

LOSES: set[str] = set()


def files():
    answer = f"# HALF\n{honest('encode_chat')}\nhalf = 'HALF'"
    hand_in = HandIn().answer("encode_chat", answer).before("token_table", "HALF", "markdown")
    hand_in.notebook.metadata["title"] = "HALF"
    return {FILE: hand_in.to_bytes().replace(b"HALF", b"\\ud83d")}
