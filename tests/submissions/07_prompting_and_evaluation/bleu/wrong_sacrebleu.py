# wrong: calls_the_library
# sacrebleu itself.


def bleu(hypotheses, references):
    import sacrebleu

    streams = max(len(refs) for refs in references)
    lists = [[" ".join(refs[k % len(refs)]) for refs in references] for k in range(streams)]
    said = [" ".join(hyp) for hyp in hypotheses]
    return sacrebleu.corpus_bleu(
        said, lists, tokenize="none", smooth_method="none", force=True
    ).score
