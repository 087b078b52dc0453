# right: soft cross-entropy less the teacher's entropy
import torch
import torch.nn as nn


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    keep = labels > -100
    s, t, y = student_logits[keep], teacher_logits[keep], labels[keep]
    s, t = s.double(), t.double()
    p = (t / temperature).softmax(-1)
    cross = nn.functional.cross_entropy(s / temperature, p)
    entropy = torch.special.entr(p).sum(-1).mean()
    hard = nn.CrossEntropyLoss()(s, y)
    return (1 - alpha) * hard + alpha * temperature**2 * (cross - entropy)
