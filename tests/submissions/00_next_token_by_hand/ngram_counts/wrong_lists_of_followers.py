# wrong: wrong_type
# The followers are collected, but not counted.


def ngram_counts(token_ids, n):
    followers = {}
    for i in range(len(token_ids) - n + 1):
        followers.setdefault(tuple(token_ids[i : i + n - 1]), []).append(token_ids[i + n - 1])
    return followers
