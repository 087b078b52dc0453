# wrong: loop_hangs
# The search does not remember where it has been.
import torch


def allowed_token_mask(dfa, state, vocabulary):
    def hope(s):
        if s in dfa["accepting"]:
            return True
        return any(hope(t) for t in dfa["transitions"].get(s, {}).values())

    allowed = []
    for text in vocabulary:
        s = state
        for c in text:
            s = dfa["transitions"].get(s, {}).get(c)
            if s is None:
                break
        allowed.append(text != "" and s is not None and hope(s))
    return torch.tensor(allowed)
