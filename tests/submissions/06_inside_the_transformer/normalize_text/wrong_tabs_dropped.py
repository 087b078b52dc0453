# wrong: white_space_removed
# Tab and line end are of category Cc too, and go before they can become blanks.
import unicodedata


def normalize_text(text):
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return " ".join(text.lower().split())
