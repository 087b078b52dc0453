# wrong: accents_kept
# Marks are dropped, but an accented letter is one code point and holds none.
import unicodedata


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    kept = (c for c in text if unicodedata.category(c) not in ("Cc", "Cf", "Mn"))
    decomposed = unicodedata.normalize("NFD", "".join(kept))
    return " ".join(decomposed.lower().split())
