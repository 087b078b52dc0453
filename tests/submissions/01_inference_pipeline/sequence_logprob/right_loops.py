# right: plain loops over rows and positions with python floats
import torch


def sequence_logprob(model, input_ids, prompt_length):
    B, T = input_ids.shape
    totals = []
    with torch.inference_mode():
        for b in range(B):
            logits = model(input_ids[b:b + 1]).logits[0]
            total = 0.0
            for t in range(prompt_length, T):
                scores = logits[t - 1]
                token = int(input_ids[b, t])
                total += float(scores[token] - scores.logsumexp(dim=0))
            totals.append(total)
    return torch.tensor(totals)
