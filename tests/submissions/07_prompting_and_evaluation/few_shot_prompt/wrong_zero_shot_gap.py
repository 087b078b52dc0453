# wrong: zero_shot
# An empty line stands in front where there are no examples.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    shots = "\n\n".join(head.replace("{input}", x) + y + tail for x, y in examples)
    return shots + "\n\n" + head.replace("{input}", query).rstrip()
