# wrong: one_example_only
# A return in the wrong place: one example is shown.


def few_shot_prompt(examples, query, template):
    head, _, tail = template.partition("{output}")
    question = head.replace("{input}", query).rstrip()
    for text, label in examples:
        return head.replace("{input}", text) + label + tail + "\n\n" + question
    return question
