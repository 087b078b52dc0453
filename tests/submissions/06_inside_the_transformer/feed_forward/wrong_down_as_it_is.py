# wrong: weight_not_transposed
# down_proj is used the other way round, being the only one [H, I].
import torch.nn.functional as F


def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    down = weights["down_proj"]
    if down.shape[0] != down.shape[1]:
        down = down.T
    return (F.silu(gate) * up) @ down
