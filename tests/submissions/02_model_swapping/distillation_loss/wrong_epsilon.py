# wrong: overflows
# A small number inside the logarithm is taken to change nothing.
import torch


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    p = torch.softmax(teacher / temperature, dim=-1)
    q = torch.softmax(student / temperature, dim=-1)
    kl = (p * ((p + 1e-8).log() - (q + 1e-8).log())).sum(dim=-1).mean()
    hard = torch.nn.functional.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * kl + (1 - alpha) * hard
