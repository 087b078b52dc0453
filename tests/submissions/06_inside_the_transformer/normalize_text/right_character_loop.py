# right: one loop over characters, decomposed one at a time
import unicodedata


def normalize_text(text):
    result = ""
    for character in text:
        if character.isspace():
            if not result.endswith(" "):
                result += " "
            continue
        if unicodedata.category(character) in {"Cc", "Cf"}:
            continue
        for part in unicodedata.normalize("NFD", character):
            if unicodedata.category(part) != "Mn":
                result += part.lower()
    return result.strip(" ")
