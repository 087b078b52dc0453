# right: no regular expressions: a scanner that tries every rule at every place
DIGITS = set("0123456789")
LETTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
LOCAL = LETTERS | DIGITS | set("._%+-")
LABEL = LETTERS | DIGITS | set("-")


def run(text, i, allowed):
    while i < len(text) and text[i] in allowed:
        i += 1
    return i


def digits_from(text, i):
    """End of a run of digits with single separators, and the digits."""
    digits = ""
    while i < len(text):
        if text[i] in DIGITS:
            digits += text[i]
            i += 1
        elif text[i] in " -" and digits and text[i + 1 : i + 2] in DIGITS:
            i += 1
        else:
            break
    return i, digits


def email(text, i):
    if i > 0 and text[i - 1] in LOCAL:
        return None
    at = run(text, i, LOCAL)
    if at == i or text[at : at + 1] != "@":
        return None
    end, labels = at + 1, 0
    while True:
        stop = run(text, end, LABEL)
        if stop == end:
            end -= 1  # the dot belongs to the sentence
            break
        labels += 1
        end = stop
        if text[end : end + 1] != ".":
            break
        end += 1
    return end if labels >= 2 else None


def card(text, i):
    if text[i] not in DIGITS or (i > 0 and text[i - 1] in DIGITS):
        return None
    if i > 1 and text[i - 1] in " -" and text[i - 2] in DIGITS:
        return None
    end, digits = digits_from(text, i)
    if not 13 <= len(digits) <= 19:
        return None
    total = 0
    for place, c in enumerate(digits[::-1]):
        value = int(c) * 2 if place % 2 else int(c)
        total += value // 10 + value % 10
    return end if total % 10 == 0 else None


def phone(text, i):
    if text[i] != "+" or text[i + 1 : i + 2] not in DIGITS:
        return None
    end, digits = digits_from(text, i + 1)
    return end if 8 <= len(digits) <= 15 else None


def address(text, i):
    inside = DIGITS | {"."}
    if text[i] not in DIGITS or (i > 0 and text[i - 1] in inside):
        return None
    end = run(text, i, inside)
    numbers = text[i:end].rstrip(".").split(".")
    good = len(numbers) == 4 and all(n.isdigit() and len(n) < 4 and int(n) < 256 for n in numbers)
    return i + len(text[i:end].rstrip(".")) if good else None


def detect_pii(text):
    rules = {
        "EMAIL_ADDRESS": email,
        "CREDIT_CARD": card,
        "PHONE_NUMBER": phone,
        "IP_ADDRESS": address,
    }
    found = []
    for i in range(len(text)):
        for kind, rule in rules.items():
            end = rule(text, i)
            if end is not None:
                found.append((i, end, kind))
    best = []
    for a in found:
        longer = any(
            b[1] - b[0] > a[1] - a[0] and b[0] < a[1] and a[0] < b[1] for b in found if b != a
        )
        if not longer:
            best.append(a)
    return best
