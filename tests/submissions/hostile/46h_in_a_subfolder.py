"""The notebook lies one folder deeper, as unpacked archives have it. It is taken and flagged: nothing is lost."""

from tests.hostile import FILE, Folder, HandIn

LOSES: set[str] = set()
PROBLEMS = {"in_subfolder"}


def files():
    return {
        "01_inference_pipeline": Folder({FILE: HandIn().to_bytes()}),
        "__MACOSX": Folder({f"._{FILE}": b"\0\5\x16\7"}),
    }
