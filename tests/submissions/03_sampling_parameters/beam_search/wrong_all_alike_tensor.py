# wrong: beams_all_alike
# The prompt is repeated for every beam and all start at 0.
import torch


def beam_search(
    log_prob_fn,
    start_ids,
    num_beams,
    max_new_tokens,
    eos_token_id,
    length_penalty=1.0,
):
    ids = torch.tensor(start_ids).repeat(num_beams, 1)
    sums = torch.zeros(num_beams)
    done = []
    for n in range(1, max_new_tokens + 1):
        table = sums[:, None] + log_prob_fn(ids)
        values, places = table.flatten().sort(descending=True)
        rows, new_sums = [], []
        for value, place in zip(values.tolist(), places.tolist()):
            b, token = divmod(place, table.shape[1])
            row = ids[b].tolist() + [token]
            if token == eos_token_id:
                done.append((row, value / n**length_penalty))
            else:
                rows.append(row)
                new_sums.append(value)
                if len(rows) == num_beams:
                    break
        ids, sums = torch.tensor(rows), torch.tensor(new_sums)
    for row, value in zip(ids.tolist(), sums.tolist()):
        done.append((row, value / max_new_tokens**length_penalty))
    return sorted(done, key=lambda pair: -pair[1])[:num_beams]
