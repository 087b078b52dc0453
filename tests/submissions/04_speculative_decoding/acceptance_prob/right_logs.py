# right: difference of logarithms in double precision


def acceptance_prob(p, q, token_ids):
    log_p = p.double()[token_ids].log()
    log_q = q.double()[token_ids].log()
    a = (log_p - log_q).clamp(max=0).exp()
    a[p[token_ids] == 0] = 0  # -inf less -inf is no number
    return a.to(p.dtype)
