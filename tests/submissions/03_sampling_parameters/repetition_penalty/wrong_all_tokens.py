# wrong: all_tokens_penalised
# The ids are not looked at.
import torch


def repetition_penalty(input_ids, scores, penalty):
    return torch.where(scores < 0, scores * penalty, scores / penalty)
