# wrong: wrong_type
# The blocks are not joined.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    return [*blocks, head.replace("{input}", query).rstrip()]
