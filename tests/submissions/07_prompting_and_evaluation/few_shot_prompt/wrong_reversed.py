# wrong: examples_reversed
# Each example is put in front of the prompt so far.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    prompt = head.replace("{input}", query).rstrip()
    for text, label in examples:
        prompt = head.replace("{input}", text) + label + tail + "\n\n" + prompt
    return prompt
