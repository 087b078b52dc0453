# wrong: doubled_from_left
# Every second digit from the left, beginning with the second.
def luhn_valid(number):
    digits = number.replace(" ", "").replace("-", "")
    if not digits.isdigit():
        return False
    total = 0
    for place, digit in enumerate(digits):
        value = int(digit)
        if place % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
    return total % 10 == 0
