# wrong: inputs_and_outputs_swapped
# The pair is unpacked the other way round.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for y, x in examples]
    return "\n\n".join([*blocks, head.replace("{input}", query)]).rstrip()
