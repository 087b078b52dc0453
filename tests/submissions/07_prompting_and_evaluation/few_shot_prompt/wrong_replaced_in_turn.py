# wrong: placeholder_in_text
# An input that holds {output} gets the label.


def few_shot_prompt(examples, query, template):
    def fill(text, label):
        return template.replace("{input}", text).replace("{output}", label)

    shots = [fill(text, label) for text, label in examples]
    question = template.split("{output}")[0].replace("{input}", query)
    return "\n\n".join([*shots, question]).rstrip()
