# wrong: separators_not_skipped
# int of a space raises.
def luhn_valid(number):
    if not number:
        return False
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit)
        if place % 2 == 1:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0
