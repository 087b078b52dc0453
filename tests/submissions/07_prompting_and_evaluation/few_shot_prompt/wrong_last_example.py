# wrong: one_example_only
# Each example overwrites the one before.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    shot = ""
    for text, label in examples:
        shot = head.replace("{input}", text) + label + tail + "\n\n"
    return shot + head.replace("{input}", query).rstrip()
