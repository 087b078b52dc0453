"""Names that students choose: which of them may name a folder, and how to show the others."""

import unicodedata

LONGEST = 128  # characters: nbgrader's gradebook has no room for more
LONGEST_ON_DISK = 255  # bytes: what file systems take
# Windows opens a device under these names, whatever their suffix.
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"
}


def normalized(name: str) -> str:
    """The name in the one Unicode form in which students are told apart."""
    return unicodedata.normalize("NFC", name)


def folded(name: str) -> str:
    """Equal for names that some file system takes for one."""
    return normalized(normalized(name).casefold())


def why_no_student(name: str) -> str:
    """Why this cannot be a student's name in the gradebook, as the end of a sentence; "" where it can."""
    if not all(character.isprintable() for character in name):
        return "the name holds characters that cannot be printed"
    if any(character in "/\\" for character in name):
        return "the name holds a path"
    return ""


def why_no_file(name: str) -> str:
    """Why nothing is written under this name, one part of a path; "" where it is safe on every system."""
    if name in ("", ".", ".."):
        return "the path climbs out of its folder"
    if reason := why_no_student(name):
        return reason
    if len(name) > 1 and name[1] == ":" and name[0].isascii() and name[0].isalpha():
        return "the name holds a drive"
    if len(name.encode()) > LONGEST_ON_DISK:
        return f"the name has more than {LONGEST_ON_DISK} bytes"
    if name.partition(".")[0].rstrip().casefold() in _DEVICES:
        return "Windows reserves the name for a device"
    if name.endswith(" "):
        return "the name ends with a space, which Windows drops"
    return ""


def printable(name: str) -> str:
    """The name with a mark in place of every character that does not show."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
