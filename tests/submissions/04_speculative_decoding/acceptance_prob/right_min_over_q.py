# right: min(p, q) / q, in place on copies


def acceptance_prob(p, q, token_ids):
    above = p.index_select(0, token_ids)
    below = q.index_select(0, token_ids)
    empty = below == 0
    below[empty] = 1.0
    share = above.minimum(below).div_(below)
    share[empty] = (above[empty] > 0).to(share.dtype)
    return share
