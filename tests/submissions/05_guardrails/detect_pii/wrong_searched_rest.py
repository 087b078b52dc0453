# wrong: offsets_of_cleaned_text
# Offsets are those of the rest behind the last piece.
import re

PATTERNS = {
    "EMAIL_ADDRESS": r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",
    "CREDIT_CARD": r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)",
    "PHONE_NUMBER": r"\+\d(?:[ -]?\d){7,14}(?!\d)",
    "IP_ADDRESS": r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)",
}


def luhn(piece):
    digits = [int(c) for c in piece if c.isdigit()][::-1]
    doubled = [2 * d - 9 if d > 4 else 2 * d for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def detect_pii(text):
    spans = []
    rest = text
    while True:
        found = []
        for kind, pattern in PATTERNS.items():
            for m in re.finditer(pattern, rest):
                if kind == "CREDIT_CARD" and not luhn(m[0]):
                    continue
                if kind == "IP_ADDRESS" and max(map(int, m[0].split("."))) > 255:
                    continue
                found.append((m.start(), -m.end(), kind))
        if not found:
            return spans
        start, end, kind = min(found)
        spans.append((start, -end, kind))
        rest = rest[-end:]
