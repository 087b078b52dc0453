# right: points given out and divided by their sum

points = {" did": 7, "'s": 3, " is": 2, " does": 1}
next_token_table = {token: n / sum(points.values()) for token, n in points.items()}
