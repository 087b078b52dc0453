"""A pipe and odd file names lie beside an honest notebook. They are never opened, and nothing is lost."""

from tests.hostile import FILE, Fifo, HandIn

LOSES: set[str] = set()


def files():
    return {
        "data.csv": Fifo(),
        "-rf *": b"",
        "new\nline.txt": b"",
        "$(touch hostile).txt": b"",
        "a" * 255: b"",
        FILE: HandIn().to_bytes(),
    }
