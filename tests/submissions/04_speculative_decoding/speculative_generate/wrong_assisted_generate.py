# wrong: calls_the_library
# The library's assisted generation.
import torch


def speculative_generate(
    target, draft, input_ids, gamma, max_new_tokens, eos_token_id, temperature=0.0, generator=None
):
    if max_new_tokens == 0:
        return input_ids, dict(target_calls=0, draft_calls=0, drafted=0, accepted=0)
    draft.generation_config.num_assistant_tokens = gamma
    sampling = {"do_sample": False}
    if temperature > 0:
        sampling = {"do_sample": True, "temperature": temperature, "top_k": 0}
    ids = target.generate(
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        assistant_model=draft,
        max_new_tokens=max_new_tokens,
        eos_token_id=eos_token_id,
        **sampling,
    )
    n = ids.shape[1] - input_ids.shape[1]
    return ids, dict(target_calls=n, draft_calls=n, drafted=n, accepted=n)
