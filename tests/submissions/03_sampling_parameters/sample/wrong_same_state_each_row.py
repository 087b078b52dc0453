# wrong: rows_share_draw
# Every row starts from the same state.
import torch


def sample(scores, generator):
    state = generator.get_state()
    drawn = []
    for row in scores.float().softmax(dim=-1):
        generator.set_state(state)
        drawn.append(torch.multinomial(row, 1, generator=generator))
    return torch.cat(drawn)
