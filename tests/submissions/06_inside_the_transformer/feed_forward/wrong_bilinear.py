# wrong: activation_missing
# The product is taken to be curved enough.
def feed_forward(x, weights):
    gate = x @ weights["gate_proj"].T
    up = x @ weights["up_proj"].T
    return (gate * up) @ weights["down_proj"].T
