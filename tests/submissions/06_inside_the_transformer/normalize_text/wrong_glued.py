# wrong: white_space_removed
# The words are joined with nothing between them.
import unicodedata


def normalize_text(text):
    text = unicodedata.normalize("NFD", text.lower())
    kept = []
    for c in text:
        if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf", "Mn"):
            kept.append(c)
    return "".join(kept)
