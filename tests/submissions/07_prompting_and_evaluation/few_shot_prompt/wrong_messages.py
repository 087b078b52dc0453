# wrong: wrong_type
# A list of chat messages in place of a string.


def few_shot_prompt(examples, query, template):
    messages = []
    for text, label in examples:
        messages.append({"role": "user", "content": text})
        messages.append({"role": "assistant", "content": label})
    return [*messages, {"role": "user", "content": query}]
