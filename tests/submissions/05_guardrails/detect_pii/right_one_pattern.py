# right: named groups in verbose patterns, lists for spans, numpy for the covered characters
import re

import numpy as np

OCTET = r"(?:25[0-5]|2[0-4]\d|1\d\d|\d{1,2})"
KINDS = [
    ("EMAIL_ADDRESS", re.compile(r"[\w.%+-]+@[A-Za-z\d-]+(?:\.[A-Za-z\d-]+)*\.[A-Za-z]{2,}", re.A)),
    ("PHONE_NUMBER", re.compile(r"\+(?:\d[ -]?){7,14}\d(?![ -]?\d)")),
    ("IP_ADDRESS", re.compile(rf"(?<!\d)(?<!\d\.){OCTET}(?:\.{OCTET}){{3}}(?!\d|\.\d)")),
    ("CREDIT_CARD", re.compile(r"(?<!\d)(?<!\d[ -])(?:\d[ -]?){12,18}\d(?![ -]?\d)")),
]


def checksum(piece):
    total = 0
    for i, c in enumerate(re.sub(r"\D", "", piece)[::-1]):
        total += sum(map(int, str(int(c) * (1 + i % 2))))
    return total % 10


def detect_pii(text):
    candidates = []
    for kind, pattern in KINDS:
        for m in pattern.finditer(text):
            if kind != "CREDIT_CARD" or checksum(m[0]) == 0:
                candidates.append([*m.span(), kind])
    candidates.sort(key=lambda c: c[1] - c[0], reverse=True)
    taken = np.zeros(len(text), dtype=bool)
    spans = []
    for start, end, kind in candidates:
        if not taken[start:end].any():
            taken[start:end] = True
            spans.append([start, end, kind])
    spans.sort()
    return spans
