# right: plain loops and dicts
import math


def bleu(hypotheses, references):
    def count(tokens, n):
        table = {}
        for start in range(len(tokens) - n + 1):
            gram = tuple(tokens[start : start + n])
            table[gram] = table.get(gram, 0) + 1
        return table

    log_sum = 0.0
    for n in (1, 2, 3, 4):
        matched = total = 0
        for hyp, refs in zip(hypotheses, references):
            tables = [count(ref, n) for ref in refs]
            for gram, times in count(hyp, n).items():
                total += times
                matched += min(times, max(table.get(gram, 0) for table in tables))
        if matched == 0:
            return 0.0
        log_sum += math.log(matched / total) / 4

    c = sum(len(hyp) for hyp in hypotheses)
    r = 0
    for hyp, refs in zip(hypotheses, references):
        lengths = sorted(len(ref) for ref in refs)
        r += min(lengths, key=lambda length: abs(length - len(hyp)))
    if c < r:
        log_sum += 1 - r / c
    return 100.0 * math.exp(log_sum)
