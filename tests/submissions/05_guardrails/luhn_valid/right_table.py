# right: a table of doubled digits, a regular expression for what is allowed
import re

DOUBLED = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]


def luhn_valid(number):
    if re.fullmatch(r"[ -]*[0-9][0-9 -]*", number) is None:
        return False
    total, twice = 0, False
    for c in number[::-1]:
        if c in " -":
            continue
        total += DOUBLED[int(c)] if twice else int(c)
        twice = not twice
    return not total % 10
