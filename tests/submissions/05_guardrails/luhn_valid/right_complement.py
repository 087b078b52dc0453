# right: the check digit is computed and compared
def luhn_valid(number):
    digits = [ord(c) - ord("0") for c in number if c not in "- "]
    if len(digits) == 0 or min(digits) < 0 or max(digits) > 9:
        return False
    *payload, check = digits
    total = 0
    for i in range(len(payload)):
        x = payload[len(payload) - 1 - i]
        total += x if i % 2 else (2 * x if x < 5 else 2 * x - 9)
    return (10 - total % 10) % 10 == check
