# wrong: alpha_one
# An epsilon below keeps the division from failing, and gives 0.
def expected_tokens(alpha, gamma):
    return (1 - alpha ** (gamma + 1)) / (1 - alpha + 1e-15)
