# wrong: calls_the_library
# Calling the library's loop is taken for building one.
def greedy_generate(model, input_ids, max_new_tokens, eos_token_id):
    if max_new_tokens == 0:
        return input_ids
    return model.generate(
        input_ids,
        attention_mask=input_ids.new_ones(input_ids.shape),
        max_new_tokens=max_new_tokens,
        eos_token_id=eos_token_id,
        do_sample=False,
    )
