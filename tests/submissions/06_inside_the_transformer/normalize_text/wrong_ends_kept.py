# wrong: white_space_kept
# Runs are one blank, also at both ends.
import re
import unicodedata


def normalize_text(text):
    text = "".join(
        c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf")
    )
    text = unicodedata.normalize("NFD", re.sub(r"\s+", " ", text))
    return "".join(c for c in text if unicodedata.category(c) != "Mn").lower()
