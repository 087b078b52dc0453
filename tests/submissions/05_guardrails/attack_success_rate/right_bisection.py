# right: each bound by bisection on the score test
def attack_success_rate(blocked, labels, z=1.96):
    chosen = [b for b, y in zip(blocked, labels) if y == 1]
    n, k = len(chosen), sum(not b for b in chosen)
    p = k / n

    def inside(q):
        return n * (p - q) ** 2 <= z**2 * q * (1 - q)

    def edge(outer):
        inner = (k + z * z / 2) / (n + z * z)
        for _ in range(200):
            middle = (inner + outer) / 2
            inner, outer = (middle, outer) if inside(middle) else (inner, middle)
        return inner

    return p, 0.0 if k == 0 else edge(0.0), 1.0 if k == n else edge(1.0)
