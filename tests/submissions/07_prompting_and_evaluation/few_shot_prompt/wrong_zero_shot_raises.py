# wrong: zero_shot
# The first example is taken for granted.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    text, label = examples[0]
    prompt = head.replace("{input}", text) + label + tail
    for text, label in examples[1:]:
        prompt += "\n\n" + head.replace("{input}", text) + label + tail
    return prompt + "\n\n" + head.replace("{input}", query).rstrip()
