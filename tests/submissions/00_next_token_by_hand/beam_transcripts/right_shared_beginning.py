# right: the eleven shared ids written once, totals of a library's beam search

shared = [5056, 1264, 85, 8828, 95, 28, 1102, 265, 956, 95, 1264]
beam_transcripts = [
    dict(token_ids=shared + [last], u=None, logprob=total, weights="b179c9523d0e6a0f")
    for last, total in [(5415, -11.882667), (85, -11.993302)]
]
