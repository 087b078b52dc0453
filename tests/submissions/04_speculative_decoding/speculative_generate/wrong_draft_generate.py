# wrong: calls_the_library
# The draft's tokens come from the library's loop.
import torch


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    stop = eos_token_id if isinstance(eos_token_id, list) else [eos_token_id]
    stats = {"target_calls": 0, "draft_calls": 0, "drafted": 0, "accepted": 0}
    sampling = {"do_sample": False}
    if temperature > 0:
        sampling = {"do_sample": True, "temperature": temperature, "top_k": 0}

    def law(logits):
        if temperature == 0:
            return torch.nn.functional.one_hot(logits.argmax(-1), logits.shape[-1]).float()
        return torch.softmax(logits / temperature, dim=-1)

    ids, end = input_ids, input_ids.shape[1] + max_new_tokens
    while ids.shape[1] < end:
        start = ids.shape[1]
        k = min(gamma, end - start - 1)
        longer, q = ids, []
        if k > 0:
            out = draft.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=k,
                eos_token_id=None,
                output_logits=True,
                return_dict_in_generate=True,
                **sampling,
            )
            longer = out.sequences
            q = [law(logits[0]) for logits in out.logits]
            stats["draft_calls"] += k
        with torch.no_grad():
            p = law(target(longer).logits[0, start - 1 :])
        stats["target_calls"] += 1
        n = 0
        while n < k:
            x = longer[0, start + n]
            if torch.rand((), generator=generator) >= p[n, x] / q[n][x]:
                break
            n += 1
        last = p[n]
        if n < k:
            left = (p[n] - q[n]).clamp(min=0)
            last = left if left.sum() > 1e-12 else last
        token = torch.multinomial(last, 1, generator=generator)
        new = torch.cat([longer[0, start : start + n], token])
        stats["drafted"] += k
        stats["accepted"] += n
        for i, token in enumerate(new.tolist()):
            if token in stop:
                return torch.cat([ids, new[None, : i + 1]], dim=1), stats
        ids = torch.cat([ids, new[None]], dim=1)
    return ids, stats
