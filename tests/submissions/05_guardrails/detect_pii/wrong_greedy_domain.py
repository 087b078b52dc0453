# wrong: sentence_dot
# The full stop goes with the domain.
import re

PATTERNS = {
    "EMAIL_ADDRESS": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]+",
    "CREDIT_CARD": r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)",
    "PHONE_NUMBER": r"\+\d(?:[ -]?\d){7,14}(?!\d)",
    "IP_ADDRESS": r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)",
}


def luhn(piece):
    digits = [int(c) for c in piece if c.isdigit()][::-1]
    doubled = [2 * d - 9 if d > 4 else 2 * d for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_right(kind, piece):
    if kind == "CREDIT_CARD":
        return luhn(piece)
    if kind == "IP_ADDRESS":
        return all(int(number) <= 255 for number in piece.split("."))
    return True


def detect_pii(text):
    found = []
    for kind, pattern in PATTERNS.items():
        for match in re.finditer(pattern, text):
            if is_right(kind, match.group()):
                found.append((match.start(), match.end(), kind))
    found.sort(key=lambda span: span[0] - span[1])  # the longest first
    kept = []
    for span in found:
        if all(span[1] <= other[0] or other[1] <= span[0] for other in kept):
            kept.append(span)
    return sorted(kept)
