# wrong: wrong_dtype
# Everything is taken to be float32.
import torch
import torch.nn.functional as F


def embed(table, input_ids):
    one_hot = F.one_hot(input_ids, num_classes=len(table)).to(torch.float32)
    return one_hot @ table.float()
