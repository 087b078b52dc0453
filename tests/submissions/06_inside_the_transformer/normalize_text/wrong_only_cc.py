# wrong: control_characters_kept
# Only category Cc: zero-width characters are of category Cf.
import unicodedata


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) != "Cc")
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return " ".join(text.lower().split())
