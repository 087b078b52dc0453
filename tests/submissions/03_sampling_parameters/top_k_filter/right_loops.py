# right: python loops on a copy
def top_k_filter(scores, top_k):
    out = scores.clone()
    for row in out:
        values = sorted(row.tolist(), reverse=True)
        kth = values[min(top_k, len(values)) - 1]
        for i in range(len(row)):
            if row[i].item() < kth:
                row[i] = float("-inf")
    return out
