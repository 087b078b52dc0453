# wrong: overflows
# Exponentials of the raw logits are taken to fit into a float.
import torch


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def softmax(x):
        return x.exp() / x.exp().sum(dim=-1, keepdim=True)

    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    p, q = softmax(teacher / temperature), softmax(student / temperature)
    kl = torch.xlogy(p, p / q).sum(dim=-1).mean()
    picked = softmax(student).gather(-1, labels[counts, None])
    return alpha * temperature**2 * kl - (1 - alpha) * picked.log().mean()
