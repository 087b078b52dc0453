# wrong: dead_end_allowed
# Going backwards stops after one round: living states far from the end are taken for dead.
import torch


def allowed_token_mask(dfa, state, vocabulary):
    transitions = dfa["transitions"]
    ends = set(dfa["accepting"])
    alive = ends | {s for s, row in transitions.items() if ends & set(row.values())}
    mask = torch.zeros(len(vocabulary), dtype=torch.bool)
    for token_id, text in enumerate(vocabulary):
        place = state
        for character in text:
            place = transitions.get(place, {}).get(character)
            if place is None:
                break
        mask[token_id] = text != "" and place in alive
    return mask
