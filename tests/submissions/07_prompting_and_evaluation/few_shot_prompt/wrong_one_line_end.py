# wrong: blocks_run_together
# One line end between blocks.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    return "\n".join([*blocks, head.replace("{input}", query)]).rstrip()
