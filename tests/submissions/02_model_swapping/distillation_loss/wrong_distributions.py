# wrong: overflows
# A probability that rounds to 0 makes this divergence infinite.
from torch.distributions import Categorical, kl_divergence
from torch.nn.functional import cross_entropy


def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    counts = labels != -100
    student, teacher = student_logits[counts], teacher_logits[counts]
    soft = kl_divergence(
        Categorical(logits=teacher / temperature),
        Categorical(logits=student / temperature),
    )
    hard = cross_entropy(student, labels[counts])
    return alpha * temperature**2 * soft.mean() + (1 - alpha) * hard
