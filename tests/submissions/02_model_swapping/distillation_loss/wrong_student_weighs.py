# wrong: kl_reversed
# The difference of the logarithms is weighted by the student's probabilities.
import torch


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    log_q = torch.log_softmax(student / temperature, dim=-1)
    log_p = torch.log_softmax(teacher / temperature, dim=-1)
    kl = (log_q.exp() * (log_q - log_p)).sum(dim=-1).mean()
    hard = torch.nn.functional.cross_entropy(student, labels[counts])
    return alpha * temperature**2 * kl + (1 - alpha) * hard
