# wrong: calls_the_library
# The standard library's mode.
import statistics


def majority_vote(answers):
    votes = [a for a in answers if a is not None]
    return statistics.mode(votes) if votes else None
