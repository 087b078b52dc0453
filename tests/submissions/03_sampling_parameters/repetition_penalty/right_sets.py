# right: a set of tokens per row, python numbers
def repetition_penalty(input_ids, scores, penalty):
    out = scores.clone()
    for b, ids in enumerate(input_ids.tolist()):
        for token in set(ids):
            s = scores[b, token].item()
            out[b, token] = s / penalty if s > 0 else s * penalty
    return out
