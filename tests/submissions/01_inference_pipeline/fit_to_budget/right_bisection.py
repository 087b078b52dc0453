# right: bisection over the number of turns that are kept
from bisect import bisect_right


def fit_to_budget(tokenizer, messages, context_length, max_new_tokens):
    head = int(messages[0]["role"] == "system")
    starts = [i for i, m in enumerate(messages) if m["role"] == "user"]

    def chat(n):
        return messages[:head] + messages[starts[-n]:]

    def need(n):
        ids = tokenizer.apply_chat_template(
            chat(n), add_generation_prompt=True, return_dict=True
        ).input_ids
        return len(ids) + max_new_tokens

    n = bisect_right(range(1, len(starts) + 1), context_length, key=need)
    if n == 0:
        raise ValueError("context too short")
    return chat(n)
