# wrong: instruction_added
# A sentence of the learner's own stands in front.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [head.replace("{input}", x) + y + tail for x, y in examples]
    blocks.append(head.replace("{input}", query))
    return "Answer as in the examples.\n\n" + "\n\n".join(blocks).rstrip()
