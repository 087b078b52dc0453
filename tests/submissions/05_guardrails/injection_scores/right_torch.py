# right: logistic regression in torch on hashed words, seeded
import re
import zlib

import torch


def vector(text, size=4096):
    x = torch.zeros(size)
    words = re.findall(r"\w+", text.lower())
    for item in words + [f"{a} {b}" for a, b in zip(words, words[1:])]:
        x[zlib.crc32(item.encode()) % size] = 1.0
    return x / (x.norm() + 1e-6)


def injection_scores(train_texts, train_labels, texts):
    torch.manual_seed(0)
    x = torch.stack([vector(t) for t in train_texts])
    y = torch.tensor(train_labels, dtype=torch.float32)
    w = torch.zeros(x.shape[1], requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.Adam([w, b], lr=0.1, weight_decay=1e-4)
    for _ in range(60):
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(x @ w + b, y)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        return [float(vector(t) @ w + b) for t in texts]
