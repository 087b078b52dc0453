# wrong: calls_the_library
# The library scores the tokens.
import torch


def label_logprobs(model, prompt_ids, label_ids, length_normalized=False):
    start = prompt_ids.shape[1]
    result = []
    for label in label_ids:
        ids = torch.cat([prompt_ids, torch.tensor([label])], dim=1)
        with torch.no_grad():
            logits = model(ids).logits[:, start - 1 : -1]
        scores = model.compute_transition_scores(
            ids, tuple(logits.unbind(1)), normalize_logits=True
        )
        result.append(scores.mean() if length_normalized else scores.sum())
    return torch.stack(result)
