"""An import that exists on Colab only, without a guard, above the function in its cell. The function is never defined: 0 for it alone."""

from tests.hostile import HandIn, honest

LOSES = {"encode_chat"}


def files():
    cell = f"from google.colab import drive\n\n\n{honest('encode_chat')}"
    return HandIn().answer("encode_chat", cell).files()
