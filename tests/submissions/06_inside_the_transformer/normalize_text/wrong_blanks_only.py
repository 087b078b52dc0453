# wrong: white_space_kept
# Blank, tab and line end are taken to be all the white space there is.
import re
import unicodedata


def normalize_text(text):
    text = re.sub(r"[ \t\r\n]+", " ", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if unicodedata.category(c) != "Mn")
    return re.sub(" +", " ", text.lower()).strip(" ")
