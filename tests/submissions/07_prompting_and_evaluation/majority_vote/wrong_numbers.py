# wrong: answers_normalised
# 4 and 4.0 are taken for one answer.


def majority_vote(answers):
    def value(answer):
        try:
            return float(answer)
        except ValueError:
            return answer

    votes = [a for a in answers if a is not None]
    values = [value(a) for a in votes]
    return max(votes, key=lambda a: values.count(value(a)), default=None)
