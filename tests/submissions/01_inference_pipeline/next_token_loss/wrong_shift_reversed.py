# wrong: shifted_wrong_way
# Each position is made to predict the token before it.
import torch.nn.functional as F


def next_token_loss(logits, labels):
    V = logits.shape[-1]
    shifted = logits[:, 1:].reshape(-1, V)
    targets = labels[:, :-1].reshape(-1)
    return F.cross_entropy(shifted, targets)
