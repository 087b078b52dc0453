# right: plain loops with the maximum taken out, a python float
import math


def next_token_loss(logits, labels):
    total, n = 0.0, 0
    for b in range(labels.shape[0]):
        for t in range(1, labels.shape[1]):
            label = int(labels[b, t])
            if label == -100:
                continue
            scores = logits[b, t - 1].tolist()
            top = max(scores)
            log_norm = top + math.log(sum(math.exp(s - top) for s in scores))
            total += log_norm - scores[label]
            n += 1
    return total / n
