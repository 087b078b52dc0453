# wrong: separators_counted
# Places are counted before the separators are skipped.
def luhn_valid(number):
    total, seen = 0, 0
    for place, digit in enumerate(reversed(number)):
        if digit in " -":
            continue
        if not digit.isdigit():
            return False
        value = int(digit)
        if place % 2 == 1:
            value *= 2
            if value > 9:
                value -= 9
        total += value
        seen += 1
    return seen > 0 and total % 10 == 0
