# wrong: letters_skipped
# Whatever is no digit is dropped.
def luhn_valid(number):
    digits = "".join(c for c in number if c.isdigit())
    if not digits:
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == 0
