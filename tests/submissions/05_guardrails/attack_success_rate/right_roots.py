# right: the two roots of the quadratic equation
def attack_success_rate(blocked, labels, z=1.96):
    n = labels.count(1)
    k = sum(1 for b, y in zip(blocked, labels) if y == 1 and not b)
    p = k / n
    # (p - q)^2 = z^2 q (1 - q) / n, solved for q
    a = 1 + z * z / n
    b = -(2 * p + z * z / n)
    c = p * p
    root = max(b * b - 4 * a * c, 0.0) ** 0.5
    return [p, (-b - root) / (2 * a), (-b + root) / (2 * a)]
