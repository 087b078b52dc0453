# wrong: compatibility_folded
# NFKC, as in the scan of notebook 05, before the accents go.
import unicodedata


def normalize_text(text):
    words = []
    for word in unicodedata.normalize("NFKC", text).split():
        word = unicodedata.normalize("NFD", word)
        kept = [c for c in word if unicodedata.category(c) not in ("Cc", "Cf", "Mn")]
        if kept:
            words.append("".join(kept).lower())
    return " ".join(words)
