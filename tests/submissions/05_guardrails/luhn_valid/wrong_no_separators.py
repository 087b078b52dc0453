# wrong: separators_not_skipped
# Spaces and hyphens make it invalid.
def luhn_valid(number):
    digits = number
    if not digits.isdigit():
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
