# right: logistic regression in torch on hashed words, gradient descent by hand
import re
import zlib

import torch


def vector(text, size=2048):
    words = re.findall(r"\w+", text.lower())
    items = words + [f"{a} {b}" for a, b in zip(words, words[1:])]
    x = torch.zeros(size)
    x[[zlib.crc32(item.encode()) % size for item in items]] = 1.0
    return x / (x.norm() + 1e-6)


def injection_scores(train_texts, train_labels, texts):
    x = torch.stack([vector(t) for t in train_texts])
    y = torch.tensor(train_labels, dtype=torch.float32)
    w = torch.zeros(x.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for _ in range(60):
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y)
        loss = loss + 1e-4 * w.square().sum()
        for parameter, slope in zip((w, b), torch.autograd.grad(loss, (w, b))):
            parameter.data -= 20.0 * slope if parameter is w else 0.5 * slope
    with torch.no_grad():
        return [float(vector(t) @ w + b) for t in texts]
