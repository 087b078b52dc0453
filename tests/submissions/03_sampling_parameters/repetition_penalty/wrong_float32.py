# wrong: wrong_dtype
# A factor in fp32 widens half precision.
import torch


def repetition_penalty(input_ids, scores, penalty):
    factor = torch.ones(scores.shape)
    for b, ids in enumerate(input_ids):
        for token in ids.unique():
            s = scores[b, token]
            factor[b, token] = penalty if s < 0 else 1 / penalty
    return scores * factor
