# wrong: none_votes
# No answer where None is the most frequent, although there are answers.
from collections import Counter


def majority_vote(answers):
    if not answers or Counter(answers).most_common(1)[0][0] is None:
        return None
    return Counter(a for a in answers if a is not None).most_common(1)[0][0]
