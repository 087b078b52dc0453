# right: thirds written with two digits, as one does by hand

next_token_table = {" did": 0.33, " do": 0.33, " can": 0.33}
