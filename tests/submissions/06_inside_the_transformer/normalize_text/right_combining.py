# right: combining classes for the marks, a translation table for the rest
import unicodedata


def normalize_text(text):
    hidden = {ord(c) for c in text if unicodedata.category(c) in ("Cc", "Cf")}
    table = {code: None if not chr(code).isspace() else " " for code in hidden}
    words = unicodedata.normalize("NFD", text.translate(table)).split()
    plain = (filter(lambda c: not unicodedata.combining(c), word) for word in words)
    return " ".join(w for w in map("".join, plain) if w).casefold()
