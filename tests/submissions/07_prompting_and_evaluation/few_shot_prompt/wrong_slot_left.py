# wrong: answer_slot_left
# The place of the answer is not cut off.


def few_shot_prompt(examples, query, template):
    before, between = template.split("{output}")[0].split("{input}")
    tail = template.split("{output}")[1]
    blocks = [before + x + between + y + tail for x, y in examples]
    blocks.append(before + query + between + "{output}")
    return "\n\n".join(blocks).rstrip()
