# wrong: wrong_type
# Printed, not returned.
def expected_tokens(alpha, gamma):
    print(sum(alpha**i for i in range(gamma + 1)))
