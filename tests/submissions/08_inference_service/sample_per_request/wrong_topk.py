# wrong: greedy_always
def sample_per_request(logits, temperatures, generators):
    return logits.topk(1, dim=-1).indices.flatten()
