# right: how long each earlier place agrees with the end, best place by one pass
import torch


def find_candidate_tokens(input_ids, max_ngram_size=3, num_tokens=10):
    ids = input_ids[0].tolist()
    best, best_end = 0, len(ids)
    for end in range(1, len(ids)):
        same = 0
        while same < min(max_ngram_size, end) and ids[end - 1 - same] == ids[-1 - same]:
            same += 1
        if same > best:
            best, best_end = same, end
    return torch.LongTensor(ids[best_end : best_end + num_tokens])
