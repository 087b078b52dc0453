# wrong: white_space_kept
# Every white space becomes a blank, but runs of blanks stay.
import unicodedata


def normalize_text(text):
    text = "".join(" " if c.isspace() else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    text = unicodedata.normalize("NFD", text)
    return "".join(c for c in text if unicodedata.category(c) != "Mn").lower().strip()
