"""A stub, tested, and a right definition in the last cell. What comes after the test changes nothing: 0."""

from tests.hostile import HandIn, honest, stub

LOSES = {"left_pad", "StreamDecoder"}
FINDINGS = {"left_pad": "not_implemented", "StreamDecoder": "not_implemented"}


def files():
    return (
        HandIn()
        .answer("left_pad", stub("left_pad"))
        .answer("StreamDecoder", stub("StreamDecoder"))
        .last(honest("left_pad"))
        .last(honest("StreamDecoder"))
        .files()
    )
