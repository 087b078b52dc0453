# wrong: placeholder_in_text
# Back-slashes in a text are read as escapes of a regular expression.
import re


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    blocks = [re.sub(r"\{input\}", x, head) + y + tail for x, y in examples]
    return "\n\n".join([*blocks, re.sub(r"\{input\}", query, head)]).rstrip()
