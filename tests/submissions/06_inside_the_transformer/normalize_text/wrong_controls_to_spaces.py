# wrong: control_characters_replaced
# Invisible characters become blanks and split the word they stood in.
import unicodedata


def normalize_text(text):
    shown = []
    for c in unicodedata.normalize("NFD", text):
        category = unicodedata.category(c)
        if category.startswith("C") or c.isspace():
            shown.append(" ")
        elif category != "Mn":
            shown.append(c)
    return " ".join("".join(shown).lower().split())
