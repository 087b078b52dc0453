# wrong: first_character_only
# Only the first character is looked at.
import torch


def allowed_token_mask(dfa, state, vocabulary):
    transitions = dfa["transitions"]
    alive = set(dfa["accepting"])
    while True:
        before = {s for s, row in transitions.items() if alive & set(row.values())}
        if before <= alive:
            break
        alive |= before
    mask = torch.zeros(len(vocabulary), dtype=torch.bool)
    for token_id, text in enumerate(vocabulary):
        place = state
        for character in text[:1]:
            place = transitions.get(place, {}).get(character)
            if place is None:
                break
        mask[token_id] = text != "" and place in alive
    return mask
