"""Figures and targets, as rows: printed, kept, and held against recorded ones."""

# A ratio may be so many times worse than the recorded one before `check` speaks: the machine may be another one, and
# busy.
MARGIN = 1.6


class Table:
    def __init__(self):
        self.rows = []

    def at_most(self, name, ours, peer, target, unit):
        self.add(name, ours, peer, ours / peer, f"≤ {target} ×", ours / peer <= target, unit)

    def at_least(self, name, ours, peer, target, unit, faster=True):
        """How many times better: ours and peer are times when `faster`, else rates."""
        ratio = peer / ours if faster else ours / peer
        self.add(name, ours, peer, ratio, f"≥ {target} ×", ratio >= target, unit)

    def bound(self, name, ours, limit, unit):
        self.add(name, ours, None, None, f"≤ {limit} {unit}", ours <= limit, unit)

    def add(self, name, ours, peer, ratio, target, met, unit):
        self.rows.append({"name": name, "ours": ours, "peer": peer, "ratio": ratio, "target": target, "met": met,
                          "unit": unit})

    def print(self):
        print("| figure | ours | peer | ratio | target | met |\n| --- | ---: | ---: | ---: | --- | --- |")
        for row in self.rows:
            peer = "" if row["peer"] is None else f"{row['peer']:,.4g} {row['unit']}"
            ratio = "" if row["ratio"] is None else f"{row['ratio']:.3g}"
            print(f"| {row['name']} | {row['ours']:,.4g} {row['unit']} | {peer} | {ratio} | {row['target']} | "
                  f"{'yes' if row['met'] else '**no**'} |")


def ratios(rows):
    """name → how many times worse a row is than its target would allow; of rows that are compared with a peer."""
    return {row["name"]: row["ratio"] if row["target"].startswith("≤") else 1 / row["ratio"]
            for row in rows if row["ratio"] is not None}


def worse(rows, recorded):
    """Sentences about rows that are worse than the recorded ones by more than the margin."""
    now, before = ratios(rows), ratios(recorded)
    return [f"{name}: {now[name] / before[name]:.2f} times as bad as recorded (at most {MARGIN} is allowed)"
            for name in before if name in now and now[name] > MARGIN * before[name]]


def print_beside(columns, lines):
    """A table of figures of several tools: `lines` are (name, unit, {column: figure})."""
    print("| the same work | " + " | ".join(columns) + " |\n| --- |" + " ---: |" * len(columns))
    for name, unit, figures in lines:
        cells = [f"{figures[column]:,.4g} {unit}" if column in figures else "" for column in columns]
        print(f"| {name} | " + " | ".join(cells) + " |")
