# right: a generator of characters, decomposed by hand
import unicodedata


def pieces(text):
    for c in text:
        if c.isspace():
            yield " "
        elif unicodedata.category(c) == "Mn" or unicodedata.category(c) in "Cc Cf":
            pass
        else:
            whole = unicodedata.normalize("NFD", c)
            yield "".join(p for p in whole if unicodedata.category(p) != "Mn")


def normalize_text(text):
    return " ".join("".join(pieces(text)).split()).lower()
