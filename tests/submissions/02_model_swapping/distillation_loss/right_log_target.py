# right: log_target, rows summed, masked and divided by their number
import torch
import torch.nn.functional as F


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    mask = labels.ne(-100)
    log_q = torch.log_softmax(student_logits / temperature, dim=-1)
    log_p = torch.log_softmax(teacher_logits / temperature, dim=-1)
    per_row = F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(-1)
    soft = (per_row * mask).sum() / mask.sum()
    hard = F.cross_entropy(student_logits, labels, ignore_index=-100)
    return soft * alpha * temperature * temperature + hard * (1.0 - alpha)
