"""The method alone: every draw equally likely, with stated errors.

Seeds are made from counted secrets, so that each run gives the same figures. A fair method would exceed one of the bounds below by chance
with a probability of 0.001 (|z| < 3.29, Wilson–Hilferty); a method that is too even is refused as well.
"""

import itertools
import math
from collections import Counter

import pytest

from inspection.drawing import commitment_of, draw_from, seed_of
from tests.turns import PROVE

DRAWS = 100_000 if PROVE else 10_000
POOL, BOUND = 40, 3.29


def a_pool(enterprises, officers_each=2, officers=6):
    return {
        "enterprises": [{"enterprise": f"e{n:02d}"} for n in range(POOL)],
        "officers": [{"officer": f"o{n}"} for n in range(officers)],
        "recusals": [],
        "draw": {"enterprises": enterprises, "officers_each": officers_each},
    }


def seeds(many, nonce="00" * 32):
    commitment = commitment_of(nonce, a_pool(4))
    for n in range(many):
        yield seed_of(commitment, nonce, f"first-secret-{n:08d}", "second-secret-00000000")


def too_far(counts, cells, draws, variance_each):
    """Return z of the sum of squared deviations over ``cells`` cells, under exchangeable fair draws."""
    mean = sum(counts.values()) / cells
    spread = sum((count - mean) ** 2 for count in counts.values()) + (cells - len(counts)) * mean**2
    statistic, k = spread / (variance_each * draws * cells / (cells - 1)), cells - 1
    return ((statistic / k) ** (1 / 3) - (1 - 2 / (9 * k))) / math.sqrt(2 / (9 * k))


def z_of(draws_made, cells):
    """Return z for lists of cells hit: each draw hits the same number of different cells."""
    hit = len(draws_made[0]) / cells
    return too_far(Counter(itertools.chain.from_iterable(draws_made)), cells, len(draws_made), hit * (1 - hit))


@pytest.fixture(scope="module")
def fours():
    """Four of forty, with officers, many times."""
    return [draw_from(a_pool(4), seed) for seed in seeds(DRAWS)]


def test_every_enterprise_is_drawn_equally_often(fours):
    assert abs(z_of([[row["enterprise"] for row in drawn] for drawn in fours], POOL)) < BOUND


def test_every_enterprise_stands_equally_often_at_the_first_place(fours):
    assert abs(z_of([[drawn[0]["enterprise"]] for drawn in fours], POOL)) < BOUND


def test_every_pair_of_enterprises_is_drawn_equally_often():
    pairs = [[frozenset(row["enterprise"] for row in draw_from(a_pool(2, 1, 1), seed))] for seed in seeds(DRAWS)]
    assert abs(z_of(pairs, math.comb(POOL, 2))) < BOUND


def test_every_pair_of_officers_goes_equally_often(fours):
    pairs = [[frozenset(drawn[0]["officers"])] for drawn in fours]
    assert abs(z_of(pairs, math.comb(6, 2))) < BOUND


def test_officers_of_two_enterprises_are_drawn_apart(fours):
    both = [[(drawn[0]["officers"][0], drawn[1]["officers"][0])] for drawn in fours]
    assert abs(z_of(both, 36)) < BOUND


def test_these_bounds_catch_a_method_that_is_not_fair():
    numbers = [int(seed[:12], 16) for seed in seeds(10_000)]
    modulo = [[f"e{number % 256 % POOL:02d}"] for number in numbers]  # one byte modulo 40: the first 16 come more often
    assert abs(z_of(modulo, POOL)) > BOUND
    every_tenth = [[f"e{(number + 10 * k) % POOL:02d}" for k in range(2)] for number in numbers]
    assert abs(z_of(every_tenth, POOL)) < BOUND, "each equally often …"
    assert abs(z_of([[frozenset(two)] for two in every_tenth], math.comb(POOL, 2))) > BOUND, "… but never with its neighbour"


def test_one_bit_of_anything_makes_another_draw():
    pool, nonce = a_pool(4), "11" * 32
    commitment = commitment_of(nonce, pool)
    first = seed_of(commitment, nonce, "ours", "theirs")
    others = [
        seed_of(commitment, nonce, "theirs", "ours"),
        seed_of(commitment, nonce, "our", "stheirs"),
        seed_of(commitment, "12" + nonce[2:], "ours", "theirs"),
        seed_of(commitment_of(nonce, a_pool(5)), nonce, "ours", "theirs"),
    ]
    assert len({first, *others}) == 5
