# wrong: labels_ignored
# A list of suspicious words, nothing is learned.
WORDS = (
    "ignore", "disregard", "forget", "override", "previous", "above", "instructions", "instruction",
    "system", "prompt", "rules", "restrictions", "pretend", "reveal", "secret", "hidden", "developer",
    "unlocked", "unrestricted", "bypass", "jailbreak", "password", "print", "verbatim", "obey",
)


def injection_scores(train_texts, train_labels, texts):
    return [sum(text.lower().count(word) for word in WORDS) / (1 + len(text)) ** 0.5 for text in texts]
