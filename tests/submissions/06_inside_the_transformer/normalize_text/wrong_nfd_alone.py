# wrong: accents_kept
# NFD is taken to strip accents; it only sets them apart.
import unicodedata


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    return " ".join(unicodedata.normalize("NFD", text).lower().split())
