# wrong: empty_bins
# Division by the number of items in an empty bin.


def expected_calibration_error(confidences, correct, num_bins=10):
    rows = list(zip(confidences.tolist(), correct.tolist()))
    total = 0.0
    for b in range(num_bins):
        inside = [(c, r) for c, r in rows if min(int(c * num_bins), num_bins - 1) == b]
        accuracy = sum(r for _, r in inside) / len(inside)
        confidence = sum(c for c, _ in inside) / len(inside)
        total += len(inside) / len(rows) * abs(accuracy - confidence)
    return total
