# wrong: overflows
# Both products are taken as floats before they are divided.


def pass_at_k(num_samples, num_correct, k):
    wrong = num_samples - num_correct
    if wrong < k:
        return 1.0
    top = bottom = 1.0
    for i in range(k):
        top *= wrong - i
        bottom *= num_samples - i
    return 1 - top / bottom
