# right: lower case first, decomposed behind it, regular expression for the spaces
import re
import unicodedata as ud


def normalize_text(text):
    text = re.sub(r"\s+", " ", text.lower())
    kept = []
    for c in ud.normalize("NFD", text):
        if ud.category(c) not in ["Mn", "Cc", "Cf"]:
            kept.append(c)
    return re.sub(" +", " ", "".join(kept)).strip()
