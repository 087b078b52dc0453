# right: one pass over the sorted candidates, a tuple of spans
import re


def candidates(text):
    for m in re.finditer(r"[a-zA-Z0-9.%_+-]+@(?:[a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}", text):
        yield m.start(), m.end(), "EMAIL_ADDRESS"
    for m in re.finditer(r"\+[0-9](?:[ -]?[0-9])*", text):
        if 8 <= sum(map(str.isdigit, m[0])) <= 15:
            yield m.start(), m.end(), "PHONE_NUMBER"
    for m in re.finditer(r"[0-9](?:[ -]?[0-9])*", text):
        d = [int(c) for c in m[0] if c not in " -"]
        d[-2::-2] = [sum(divmod(2 * x, 10)) for x in d[-2::-2]]
        if 13 <= len(d) <= 19 and sum(d) % 10 == 0:
            yield m.start(), m.end(), "CREDIT_CARD"
    for m in re.finditer(r"[0-9]+(?:\.[0-9]+)+", text):
        parts = m[0].split(".")
        if len(parts) == 4 and all(int(p) < 256 and len(p) < 4 for p in parts):
            yield m.start(), m.end(), "IP_ADDRESS"


def detect_pii(text):
    spans = []
    for span in sorted(candidates(text)):
        if spans and span[0] < spans[-1][1]:
            if span[1] - span[0] > spans[-1][1] - spans[-1][0]:
                spans[-1] = span
        else:
            spans.append(span)
    return tuple(spans)
