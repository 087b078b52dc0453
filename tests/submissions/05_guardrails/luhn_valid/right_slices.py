# right: two slices, divmod for the doubled ones
def luhn_valid(number: str) -> bool:
    kept = [c for c in number if c not in " -"]
    if not kept or any(c not in "0123456789" for c in kept):
        return False
    d = [int(c) for c in kept]
    odd, even = d[-1::-2], d[-2::-2]
    return (sum(odd) + sum(sum(divmod(2 * x, 10)) for x in even)) % 10 == 0
