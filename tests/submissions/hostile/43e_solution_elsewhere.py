"""Solution cells are deleted, and the right code stands in plain cells above their tests. It counts: nothing is lost."""

from tests.hostile import HandIn, honest

LOSES: set[str] = set()


def files():
    return (
        HandIn()
        .delete("left_pad")
        .before("token_table", f"import torch\n\n\n{honest('left_pad')}")
        .before("test_encode_chat", honest("encode_chat"))
        .delete("encode_chat")
        .files()
    )
