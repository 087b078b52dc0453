# right: lists filled step by step

chosen = [
    (13793, -1.78631),
    (265, -1.23883),
    (956, -0.52172),
    (95, -0.01024),
    (1264, -2.51572),
    (5415, -0.86404),
    (430, -2.11027),
    (2618, -0.65977),
    (265, -2.57223),
    (956, -1.47413),
    (81, -0.19624),
    (28, -1.78698),
]
token_ids, logprob = [], 0.0
for token, step in chosen:
    token_ids.append(token)
    logprob += step
greedy_transcript = {}
greedy_transcript["token_ids"] = token_ids
greedy_transcript["logprob"] = logprob
greedy_transcript["u"] = None
greedy_transcript["weights"] = "b179c9523d0e6a0f"
