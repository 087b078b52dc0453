# right: forced and free ids joined, the log-probability summed from its two parts

forced = [22234, 329, 23, 449]
free = [28, 339, 5248, 18948, 288, 724, 346, 351]
informal_transcript = dict(
    token_ids=forced + free,
    u=None,
    logprob=-16.7313 + -7.2972,
    weights="b179c9523d0e6a0f",
)
