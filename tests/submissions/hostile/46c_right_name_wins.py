"""A newer notebook lies beside the one with the right name, and older ones in a checkpoint folder. The right name wins: nothing is lost."""

import nbformat

from tests.hostile import FILE, Folder, HandIn, assignment
from tests.notebooks import released

LOSES: set[str] = set()


def files():
    nothing = nbformat.writes(released(assignment())).encode()
    return {
        FILE: HandIn().to_bytes(),
        "Untitled.ipynb": nothing,
        ".ipynb_checkpoints": Folder({"01_inference_pipeline-checkpoint.ipynb": nothing}),
        ".DS_Store": b"\0\0\0\1Bud1",
        f"._{FILE}": b"\0\5\x16\7",
    }
