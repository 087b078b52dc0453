# right: the Gumbel-max trick over the survivors, a list for the pair
import torch


def mirostat_step(scores, mu, tau, eta, generator):
    bits = -scores.double().softmax(dim=-1).log2()
    over = bits > mu.double().unsqueeze(-1)
    over.scatter_(-1, bits.argmin(dim=-1, keepdim=True), False)
    u = torch.rand(scores.shape, generator=generator, dtype=torch.float64)
    noise = -torch.log(-torch.log(u.clamp(min=1e-300)))
    ids = (scores.double() + noise).masked_fill(over, -torch.inf).argmax(dim=-1)
    drawn = bits[torch.arange(len(ids)), ids]
    return [ids, (mu - eta * (drawn - tau)).float()]
