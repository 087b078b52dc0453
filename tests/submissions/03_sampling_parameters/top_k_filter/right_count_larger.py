# right: keeps a token when fewer than k are strictly larger
def top_k_filter(scores, top_k):
    larger = (scores[:, None, :] > scores[:, :, None]).sum(dim=-1)
    return scores.masked_fill(larger >= top_k, -float("inf"))
