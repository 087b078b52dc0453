"""UTF-8 with a byte order mark, as editors on Windows write it. It is a notebook like any other: nothing is lost."""

from tests.hostile import FILE, HandIn

LOSES: set[str] = set()


def files():
    return {FILE: b"\xef\xbb\xbf" + HandIn().to_bytes()}
