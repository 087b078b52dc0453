# wrong: other_scripts_lost
# The well-known one-liner: whatever is not ASCII goes.
import unicodedata


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    text = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
    return " ".join(text.lower().split())
