# wrong: length_fixed
# Only 16 digits can be valid.
def luhn_valid(number):
    digits = number.replace(" ", "").replace("-", "")
    if not digits.isdigit() or len(digits) != 16:
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
