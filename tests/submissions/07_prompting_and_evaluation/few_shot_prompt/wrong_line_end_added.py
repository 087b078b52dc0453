# wrong: trailing_space
# A line end is put behind the prompt.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    blocks.append(head.replace("{input}", query).rstrip())
    return "\n\n".join(blocks) + "\n"
