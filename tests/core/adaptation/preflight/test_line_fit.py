"""What a few trains say of a line that others use, too."""

from client.core.adaptation.preflight.line_fit import fit
from client.core.adaptation.preflight.passage import Passage

LINE_BPS = 32_000
TRAINS = (  # when they left, their sizes, how long the queue of others was that they found
    (0.44, (55, 173, 56), 0.060),
    (1.08, (55, 129, 57), 0.0),
    (1.57, (55, 239, 56), 0.0),
    (2.17, (55, 352, 57), 0.0),
    (2.88, (55, 221, 56), 0.557),
    (3.71, (55, 221, 57), 0.0),
)


def test_a_letter_in_the_way_of_two_trains_does_not_hide_a_slow_line() -> None:
    passages = []
    for left_s, sizes_bytes, found_s in TRAINS:
        queue_s = found_s
        for size_bytes in sizes_bytes:
            queue_s += size_bytes * 8 / LINE_BPS
            passages.append(Passage(size_bytes, left_s, left_s + 0.2 + queue_s))
    found = fit(passages)
    assert 0.97 * LINE_BPS < found.quantile_bps(0.07) < found.quantile_bps(0.93) < 1.03 * LINE_BPS
