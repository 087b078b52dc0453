# right: dict() with keywords, the steps summed here

steps = [
    -1.7863, -1.2388, -0.5217, -0.0102, -2.5157, -0.8640, -2.1103, -0.6598,
    -2.5722, -1.4741, -0.1962, -1.7870,
]
greedy_transcript = dict(
    token_ids=[13793, 265, 956, 95, 1264, 5415, 430, 2618, 265, 956, 81, 28],
    u=None,
    logprob=sum(steps),
    weights="b179c9523d0e6a0f",
)
