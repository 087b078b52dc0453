"""Symbolic links to foreign files and folders lie beside an honest notebook. They are never followed, and nothing is lost."""

from tests.hostile import FILE, Folder, HandIn, Link

LOSES: set[str] = set()


def files():
    return {
        "passwords.txt": Link("/etc/passwd"),
        "root": Link("/"),
        "others": Link("../.."),
        "loop": Link("loop"),
        "data": Folder({"up": Link("..")}),
        "utils": Link("/etc"),
        FILE: HandIn().to_bytes(),
    }
