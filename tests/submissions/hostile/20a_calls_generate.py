"""`model.generate` where its loop is to be built, by its own name and through getattr. It gets `calls_the_library`."""

from tests.hostile import HandIn

LOSES = {"greedy_generate", "greedy_generate_cached", "chunked_prefill"}
FINDINGS = dict.fromkeys(LOSES, "calls_the_library")

PLAIN = """
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    return model.generate(
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=max_new_tokens,
        eos_token_id=eos_token_id,
        do_sample=False,
    )
"""
HIDDEN = """
def greedy_generate_cached(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    loop = getattr(model, "".join(reversed("etareneg")))
    return loop(
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=max_new_tokens,
        eos_token_id=eos_token_id,
        do_sample=False,
    )
"""
PREFILL = """
def chunked_prefill(model, input_ids, chunk_size):
    out = model.generate(
        input_ids,
        attention_mask=torch.ones_like(input_ids),
        max_new_tokens=1,
        do_sample=False,
        prefill_chunk_size=chunk_size,
        return_dict_in_generate=True,
        output_logits=True,
    )
    return out.logits[0], out.past_key_values
"""


def files():
    return (
        HandIn()
        .answer("greedy_generate", PLAIN)
        .answer("greedy_generate_cached", HIDDEN)
        .answer("chunked_prefill", PREFILL)
        .files()
    )
