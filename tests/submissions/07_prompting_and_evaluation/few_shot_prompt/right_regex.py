# right: one substitution for both, with a function
import re


def few_shot_prompt(examples, query, template):
    def fill(text, **values):
        return re.sub(r"\{(input|output)\}", lambda match: values[match[1]], text)

    shots = [fill(template, input=text, output=label) for text, label in examples]
    question = fill(template[: template.find("{output}")], input=query)
    return re.sub(r"\s+\Z", "", "\n\n".join([*shots, question]))
