# wrong: linear
# Each drafted token counts alpha, though one rejection ends the round.
def expected_tokens(alpha, gamma):
    return 1 + alpha * gamma
