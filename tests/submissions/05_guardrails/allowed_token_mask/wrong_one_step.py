# wrong: dead_end_allowed
# Looks one step ahead: a way on is taken for a way out.
import torch


def allowed_token_mask(dfa, state, vocabulary):
    transitions = dfa["transitions"]
    mask = torch.zeros(len(vocabulary), dtype=torch.bool)
    for token_id, text in enumerate(vocabulary):
        place = state
        for character in text:
            place = transitions.get(place, {}).get(character)
            if place is None:
                break
        if text and place is not None:
            mask[token_id] = place in dfa["accepting"] or bool(transitions.get(place))
    return mask
