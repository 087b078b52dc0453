# wrong: control_characters_kept
# What cannot be seen is taken not to be there.
import unicodedata


def normalize_text(text):
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return " ".join(text.lower().split())
