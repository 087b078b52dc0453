# wrong: answers_normalised
# Blanks are stripped before the vote.
from collections import Counter


def majority_vote(answers):
    counts = Counter(answer.strip() for answer in answers if answer is not None)
    return counts.most_common(1)[0][0] if counts else None
