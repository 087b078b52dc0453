# wrong: nine_not_subtracted
# Doubled digits count whole.
def luhn_valid(number):
    digits = number.replace(" ", "").replace("-", "")
    if not digits.isdigit():
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit)
        if place % 2 == 1:
            value *= 2
        total += value
    return total % 10 == 0
