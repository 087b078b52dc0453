# wrong: case_kept
# Only the letters A to Z are taken to have a lower case.
import string
import unicodedata

LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return " ".join(text.translate(LOWER).split())
