# wrong: overflows
# log(softmax(x)) is taken to be log_softmax(x), but the softmax rounds to 0.
import torch


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    p = torch.softmax(teacher / temperature, dim=-1)
    q = torch.softmax(student / temperature, dim=-1)
    kl = (p * (p.log() - q.log())).sum(dim=-1).mean()
    hard = torch.nn.functional.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * kl + (1 - alpha) * hard
