# wrong: trailing_space
# The blank in front of the answer stays.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    return "\n\n".join([*blocks, head.replace("{input}", query)])
