# wrong: text_after_slot_kept
# The query is filled in as an example with an empty answer.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    pairs = [*examples, (query, "")]
    return "\n\n".join(head.replace("{input}", x) + y + tail for x, y in pairs).rstrip()
