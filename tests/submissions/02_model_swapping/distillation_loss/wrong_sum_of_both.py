# wrong: sum_not_mean
# Both parts are summed over the rows.
import torch


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    log_q = torch.log_softmax(student / temperature, dim=-1)
    log_p = torch.log_softmax(teacher / temperature, dim=-1)
    kl = (log_p.exp() * (log_p - log_q)).sum()
    hard = torch.nn.functional.cross_entropy(
        student, labels[counts], reduction="sum"
    )
    return alpha * temperature**2 * kl + (1 - alpha) * hard
