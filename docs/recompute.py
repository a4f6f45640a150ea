"""`python3 recompute.py counts.csv`: every published figure from its counts (method share45; rules M2-M9)."""

import csv
import math
import sys
from fractions import Fraction
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


def t_quantile(df):  # 95 % of Student's t: Newton's method from z, the area by Simpson's rule
    t, c = Z, math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    for _ in range(30):
        f = [c * (1 + (t * i / 1000) ** 2 / df) ** (-(df + 1) / 2) for i in range(1001)]
        t += (0.475 - (f[0] + 4 * sum(f[1::2]) + 2 * sum(f[2:-1:2]) + f[-1]) * t / 3000) / f[-1]
    return t


def effective_base(k, sums):  # M9: p(1-p)/V, at most Σm, k where V is 0; times (z/t)²
    s, m, ss, sm, mm = sums
    residual = ss * m * m - 2 * s * m * sm + s * s * mm
    return (min(s * (m - s) * m * m * (k - 1) / (k * residual), m) if residual else k) * (Z / t_quantile(k - 1)) ** 2


def wilson(p, base):  # M8
    half = Z * math.sqrt(p * (1 - p) / base + Z * Z / (4 * base * base))
    return [(p + Z * Z / (2 * base) + side * half) / (1 + Z * Z / base) for side in (-1, 1)]


for row in csv.DictReader(open(sys.argv[1], encoding="utf-8-sig")):
    n = {name[2:]: int(count) for name, count in row.items() if name.startswith("n_") and count}
    sums = [int(row[name]) for name in ("s", "m", "ss", "sm", "mm") if row[name]]
    s, m = sums[:2] or (sum(n.get(value, 0) for value in row["satisfied"].split("|")), sum(n.values()))
    people = int(row["k"] or m)
    base = effective_base(people, sums) if sums and people > 1 else m
    low_high = [min(max(x, 0.0), 1.0) for x in wilson(s / m, base)] if people > 1 else []
    print(row["level"], row["id"], *(math.floor(10000 * x + Fraction(1, 2)) / 100 for x in [Fraction(s, m), *low_high]))
