# wrong: check_digit_compared
# The sum of the others is compared with the check digit itself.
def luhn_valid(number):
    digits = [c for c in number if c not in " -"]
    if not digits or not all(c.isdigit() for c in digits):
        return False
    values = [int(c) for c in reversed(digits)]
    total = 0
    for place, value in enumerate(values[1:]):
        if place % 2 == 0:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == values[0]
