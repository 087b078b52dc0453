# wrong: punctuation_lost
# Only letters, digits and blanks are taken to mean something.
import unicodedata


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c)[0] in "LNZ" or c == " ")
    return " ".join(text.lower().split())
