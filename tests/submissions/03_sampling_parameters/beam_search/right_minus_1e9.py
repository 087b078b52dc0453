# right: fixed number of beams, all but the first at -1e9 at the start
import torch


def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    ids = torch.tensor([start_ids] * num_beams)
    sums = torch.full((num_beams,), -1e9, dtype=torch.float64)
    sums[0] = 0.0
    pool = []
    for n in range(1, max_new_tokens + 1):
        table = log_prob_fn(ids).double() + sums[:, None]
        order = table.flatten().argsort(descending=True)
        V, rows, new_sums = table.shape[1], [], []
        for place in order.tolist():
            b, token = divmod(place, V)
            row = ids[b].tolist() + [token]
            total = table[b, token].item()
            if token == eos_token_id:
                pool.append((total, n, row))
            else:
                rows.append(row)
                new_sums.append(total)
                if len(rows) == num_beams:
                    break
        if len(rows) < num_beams:  # a small vocabulary: fill up with hopeless beams
            missing = num_beams - len(rows)
            rows += [row + row[-1:] for row in ids.tolist()[:missing]]
            new_sums += [-1e9] * missing
        ids = torch.tensor(rows)
        sums = torch.tensor(new_sums, dtype=torch.float64)
    pool += [(t, max_new_tokens, row) for t, row in zip(sums.tolist(), ids.tolist())]
    real = [(row, t / n**length_penalty) for t, n, row in pool if t > -1e8]
    return sorted(real, key=lambda pair: pair[1], reverse=True)[:num_beams]
