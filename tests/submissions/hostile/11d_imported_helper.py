"""A solution lies in a file beside the notebook and is imported from there. Such files are not there: this exercise gets 0."""

from tests.hostile import FILE, HandIn, honest

LOSES = {"left_pad"}


def files():
    return {
        "helper.py": f"import torch\n\n\n{honest('left_pad')}\n".encode(),
        FILE: HandIn().answer("left_pad", "from helper import left_pad").to_bytes(),
    }
