"""A second look at a certificate: everything in it is counted again, in another and slower way.

This shares no code with the planner. Trees are counted by walking through the levels of balanced splits,
prompts are added up one size at a time, and nothing is taken from the certificate but what it is about: the
sizes, the numbers of the plan, the model, and the forms of the prompts. Of a tree that was found by splitting
a document only bounds can be checked without it, unless its characters are counted: then it is the balanced
one. No program, document or split is read here.
"""

import hashlib
import json
from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from typing import Any

Pair = tuple[int, int]
"""Bytes, and tokens besides."""

TOLERANCE = 1e-9


def recheck(certificate: dict[str, Any]) -> list[str]:
    """What is wrong with a certificate's JSON; nothing if all of it holds."""
    try:
        return list(_Checker(certificate).problems())
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError) as problem:
        return [f"this is no certificate: {type(problem).__name__}: {problem}"]


class _Checker:
    def __init__(self, certificate: dict[str, Any]) -> None:
        self.c = certificate
        self.model = certificate["model"]
        kind, _, value = certificate["tokens"].partition(":")
        self.ratio = Fraction(value) if kind == "ratio" else Fraction(1)
        # Where cuts move, the sizes that are counted are averages, and each may be rounded up once more.
        moved = certificate["counted"] == "size" and certificate["by"] != "characters"
        self.slack = int(moved and self.ratio != 1)
        # Without a tokenizer, and of sizes in bytes, the tokens of a text are known from its size.
        self.by_size = certificate["counted"] == "size"
        self.direct = kind in ("bytes", "ratio") and certificate["unit"] == "bytes"

    def problems(self) -> Iterator[str]:
        yield from self._digest()
        yield from self._ranges()
        for index, tree in enumerate(self.c["trees"]):
            yield from self._tree(index, tree)
        for index, use in enumerate(self.c["sites"]):
            yield from self._use(index, use)
        yield from self._sums()
        yield from self._derived()

    def _digest(self) -> Iterator[str]:
        rest = {key: value for key, value in self.c.items() if key != "digest"}
        text = json.dumps(rest, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        yield from self._same("digest", hashlib.sha256(text.encode()).hexdigest(), self.c["digest"])

    def _same(self, what: str, expected: Any, found: Any) -> Iterator[str]:
        close = (
            isinstance(expected, float)
            and isinstance(found, int | float)
            and abs(expected - found) <= TOLERANCE * max(1.0, abs(expected))
        )
        if not close and (expected != found or isinstance(expected, bool) != isinstance(found, bool)):
            yield f"{what}: expected {expected!r}, found {found!r}"

    def _holds(self, what: str, condition: bool) -> Iterator[str]:
        if not condition:
            yield f"{what} does not hold"

    def _ranges(self) -> Iterator[str]:
        c = self.c
        for name, least in (("n", 0), ("window", 1), ("tau", 1), ("k", 2), ("workers", 1), ("retries", 0)):
            yield from self._holds(f"{name} ≥ {least}", isinstance(c[name], int) and c[name] >= least)
        for name, same in (("window", "window"), ("o", "max_output"), ("o_f", "filter_output")):
            yield from self._same(name, self.model[same], c[name])
        yield from self._same("document", self.by_size, c["document"] is None)

    # Trees

    def _tree(self, index: int, tree: dict[str, Any]) -> Iterator[str]:
        what = f"trees[{index}]"
        tau, sizes = tree["tau"], tree["sizes"]
        leaves, internal, depth = 0, 0, 0
        for n in sizes:
            more = _count(n, tree)
            leaves, internal, depth = leaves + more[0], internal + more[1], max(depth, more[2])
        found = tree["leaves"], tree["internal"], tree["depth"]
        whole = tree["recurs"] and not tree["cuts"]
        if whole:
            formula = tree["formula"]
            shown = formula["leaves"], formula["internal"], formula["depth"]
            yield from self._same(f"{what}.formula", (leaves, internal, depth), shown)
        exact = self.c["by"] == "characters" or (whole and tau == self.c["tau"] and len(sizes) == 1)
        if self.by_size or (self.c["unit"] == "characters" and exact):
            yield from self._same(f"{what} (leaves, internal, depth)", (leaves, internal, depth), found)
        elif tree["recurs"]:
            yield from self._plausible(what, tree)
        if self.direct and (whole or not tree["recurs"]):
            text = sum(sizes) if whole else sum(n for n in sizes if n <= tau)
            least, most = ceil(text / self.ratio), text // self.ratio + tree["leaves"]
            yield from self._holds(f"{what}.leaf_tokens", least <= tree["leaf_tokens"] <= most)
            largest = ceil(min(tau, max(sizes, default=0)) / self.ratio)
            yield from self._holds(f"{what}.largest", tree["largest"] <= largest)
            if self.by_size:
                yield from self._same(f"{what}.largest", largest if leaves else 0, tree["largest"])

    def _plausible(self, what: str, tree: dict[str, Any]) -> Iterator[str]:
        """What every tree of such sizes fulfils, wherever the cuts are."""
        k, leaves, internal, depth = tree["k"], tree["leaves"], tree["internal"], tree["depth"]
        texts = len(tree["sizes"])
        text = sum(tree["sizes"])
        if not tree["cuts"]:
            yield from self._holds(f"{what}: leaves·tau ≥ n", leaves * tree["tau"] >= text)
        parts = leaves + internal - texts
        yield from self._holds(f"{what}: 2·I ≤ L + I - roots ≤ k·I", 2 * internal <= parts <= k * internal)
        yield from self._holds(f"{what}: depth ≤ I", depth <= internal and (depth > 0) == (internal > 0))
        yield from self._holds(f"{what}: L ≤ k^depth", leaves <= texts * k**depth)

    # Calls

    def _use(self, index: int, use: dict[str, Any]) -> Iterator[str]:
        what = f"sites[{index}]"
        tree = None if use["tree"] is None else self.c["trees"][use["tree"]]
        places = {"once": 1} if tree is None else self._places(tree)
        yield from self._same(f"{what}.calls", use["times"] * places[use["per"]], use["calls"])
        limit = self.c["o_f"] if use["role"] == "filter" else self.c["o"]
        yield from self._same(f"{what}.limit", limit, use["limit"])
        if use["calls"] == 0:
            yield from self._same(f"{what}.tokens_in", 0, use["tokens_in"])
            yield from self._same(f"{what}.longest", 0, use["longest"])
            return
        most = (use["longest"] + (self.slack if tree is not None else 0)) * use["calls"]
        yield from self._holds(f"{what}.tokens_in ≤ calls·longest", use["tokens_in"] <= most)
        if tree is not None and self.direct:
            yield from self._prompts(what, use, tree)
        elif tree is None and self.direct:
            yield from self._once(what, use)

    def _places(self, tree: dict[str, Any]) -> dict[str, int]:
        roots = len(tree["sizes"])
        children = tree["leaves"] + tree["internal"] - roots
        if not tree["recurs"]:
            children = sum(min(tree["k"], n) for n in tree["sizes"] if n > tree["tau"])
        return {"leaf": tree["leaves"], "node": tree["internal"], "child": children}

    def _prompts(self, what: str, use: dict[str, Any], tree: dict[str, Any]) -> Iterator[str]:
        """The tokens of prompts whose sizes follow from the tree: one by one if it is balanced, in sum
        otherwise.
        """
        if self.by_size and self.c["by"] == "characters":
            total, longest = self._walk(use, tree)
            yield from self._same(f"{what}.tokens_in", total, use["tokens_in"])
            yield from self._same(f"{what}.longest", longest, use["longest"])
            return
        form, calls = use["form"], use["calls"]
        fixed = form.get("bytes", 0)
        least = ceil(Fraction(calls * fixed) / self.ratio)
        if use["per"] == "leaf" and self.by_size:
            most = self._value(form, {"P": (min(tree["tau"], max(tree["sizes"])), 0)})
            yield from self._same(f"{what}.longest", self._tokens(most), use["longest"])
        elif use["per"] == "leaf" and set(form) == {"bytes", "P"} and form["P"] == self.ratio == 1:
            yield from self._same(f"{what}.longest", fixed + tree["largest"], use["longest"])
        whole = tree["recurs"] and not tree["cuts"]
        if use["per"] == "leaf" and whole and set(form) <= {"bytes", "P"}:
            text = use["times"] * form.get("P", 0) * sum(tree["sizes"]) + calls * fixed
            least, most = ceil(text / self.ratio), text // self.ratio + calls * (1 + self.slack)
            if self.ratio == 1:
                most = least
            yield from self._holds(f"{what}.tokens_in", least <= use["tokens_in"] <= most)
        elif set(form) <= {"bytes", "answer", "filtered"}:
            one = self._tokens(self._value(form, {}))
            yield from self._same(f"{what}.tokens_in", (one + self.slack) * calls, use["tokens_in"])
            yield from self._same(f"{what}.longest", one, use["longest"])
        elif use["per"] == "node" and set(form) <= {"bytes", "ΣR"} and self._answers_only(tree):
            children = self._places(tree)["child"]
            text = calls * (ceil(fixed / self.ratio) + self.slack)
            text += use["times"] * form["ΣR"] * children * self.c["o"]
            yield from self._same(f"{what}.tokens_in", text, use["tokens_in"])
        else:
            yield from self._holds(f"{what}.tokens_in", least <= use["tokens_in"])

    def _answers_only(self, tree: dict[str, Any]) -> bool:
        return bool(tree["recurs"]) and tree["leaf"] == tree["node"] == {"answer": 1}

    def _once(self, what: str, use: dict[str, Any]) -> Iterator[str]:
        form = use["form"]
        known: dict[str, Pair] = {"document": (self.c["n"], 0)}
        for atom in form:
            if atom.startswith("part:"):
                # The largest of so many parts, if the cuts are those of the balanced split.
                known[atom] = -(-self.c["n"] // int(atom.split(":")[1])), 0
            elif atom.startswith("tree:"):
                found = self._result(self.c["trees"][int(atom.split(":")[1])])
                if found is None:
                    return
                known[atom] = found
        one = self._tokens(self._value(form, known))
        exact = self.by_size and self.c["by"] == "characters"
        if exact or set(form) <= {"bytes", "answer", "filtered", "document"}:
            yield from self._same(f"{what}.longest", one, use["longest"])
        yield from self._same(f"{what}.tokens_in", use["longest"] * use["calls"], use["tokens_in"])

    def _result(self, tree: dict[str, Any]) -> Pair | None:
        """A bound of the result of a tree, where it is known without a document."""
        if self._answers_only(tree):
            return 0, self.c["o"]
        if not (self.by_size and self.c["by"] == "characters"):
            return None
        sizes = [self._results(tree, n)[n] for n in tree["sizes"]]
        if any(size is None for size in sizes):
            return None
        return max(size[0] for size in sizes if size), max(size[1] for size in sizes if size)

    def _results(self, tree: dict[str, Any], root: int) -> dict[int, Pair | None]:
        """The results of the parts of every size of a tree."""
        tau = tree["tau"]
        most = min(tau, max(tree["sizes"])), 0
        found: dict[int, Pair | None] = {}
        for n in _sizes(root, tree):
            known: dict[str, Pair | None] = {"P": most if n <= tau else (n, 0)}
            if n > tau:
                known |= self._children(found, n, tree)
            form = tree["leaf"] if n <= tau else tree["node"]
            found[n] = None if form is None else self._value(form, known)
        return found

    def _children(
        self, results: dict[int, Pair | None], n: int, tree: dict[str, Any]
    ) -> dict[str, Pair | None]:
        parts = _parts(n, tree["k"])
        found = [(results.get(_shortened(part, tree)), count) for part, count in parts]
        largest = max((part for part, _ in parts), default=0)
        known: dict[str, Pair | None] = {"C+": (largest, 0), "ΣR": None, "R+": None}
        if all(item is not None for item, _ in found):
            pairs = [(item, count) for item, count in found if item is not None]
            known["ΣR"] = sum(a * n for (a, _), n in pairs), sum(b * n for (_, b), n in pairs)
            known["R+"] = max(a for (a, _), _ in pairs), max(b for (_, b), _ in pairs)
        return known

    def _walk(self, use: dict[str, Any], tree: dict[str, Any]) -> tuple[int, int]:
        """The tokens of all prompts of a use in balanced trees, and those of the longest."""
        tau, form = tree["tau"], use["form"]
        total = longest = 0
        most = min(tau, max(tree["sizes"])), 0
        for root in tree["sizes"]:
            results = self._results(tree, root)
            for n, count in _levels(root, tree):
                if n <= tau:
                    if use["per"] == "leaf":
                        total += count * self._tokens(self._value(form, {"P": (n, 0)}))
                        longest = max(longest, self._tokens(self._value(form, {"P": most})))
                    continue
                known = {"P": (n, 0), **self._children(results, n, tree)}
                if use["per"] == "node":
                    sizes = [(self._tokens(self._value(form, known)), 1)]
                elif use["per"] == "child":
                    sizes = [
                        (self._tokens(self._value(form, {**known, **_child(part, results, tree)})), times)
                        for part, times in _parts(n, tree["k"])
                    ]
                else:
                    continue
                total += count * sum(size * times for size, times in sizes)
                longest = max([longest, *(size for size, _ in sizes)])
        return total * use["times"], longest

    def _value(self, form: dict[str, int], known: dict[str, Any]) -> Pair | None:
        size = tokens = 0
        for atom, count in form.items():
            if atom.startswith("peek:"):
                _, units, inner = atom.split(":")
                whole = known.get(inner) or ((self.c["n"], 0) if inner == "document" else None)
                found = None if whole is None else (min(whole[0], int(units)), 0)
            else:
                given = {"bytes": (1, 0), "answer": (0, self.c["o"]), "filtered": (0, self.c["o_f"])}
                given["document"] = self.c["n"], 0
                found = known.get(atom, given.get(atom))
            if found is None:
                return None
            size, tokens = size + count * found[0], tokens + count * found[1]
        return size, tokens

    def _tokens(self, amount: Pair | None) -> int:
        if amount is None:
            raise ValueError("a prompt without a bound")
        return ceil(amount[0] / self.ratio) + amount[1]

    # What follows

    def _sums(self) -> Iterator[str]:
        c, uses = self.c, self.c["sites"]
        detected = int(c["detect"])
        detection = 1024
        for name, extra in (("calls", detected), ("tokens_in", detected * detection)):
            yield from self._same(name, sum(use[name] for use in uses) + extra, c[name])
        out = sum(use["calls"] * use["limit"] for use in uses) + detected * 16
        yield from self._same("tokens_out", out, c["tokens_out"])
        price_in, price_out = Fraction(self.model["price_in"]), Fraction(self.model["price_out"])
        cost = (c["tokens_in"] * price_in + out * price_out) / 1_000_000
        yield from self._same("cost", float(cost), c["cost"])
        longest = max((use["longest"] + use["limit"] for use in uses if use["calls"]), default=0)
        yield from self._same("longest", max(longest, detected * (detection + 16)), c["longest"])
        yield from self._same("fits", c["longest"] <= c["window"], c["fits"])
        trees = c["trees"]
        yield from self._same("leaves", sum(tree["leaves"] for tree in trees), c["leaves"])
        yield from self._same("internal", sum(tree["internal"] for tree in trees), c["internal"])
        yield from self._same("depth", max((tree["depth"] for tree in trees), default=0), c["depth"])
        yield from self._same("calls_most", c["calls"] * (1 + c["retries"]), c["calls_most"])

    def _derived(self) -> Iterator[str]:
        c = self.c
        overheads = {"leaf": "h", "merge": "g", "filter": "h_f"}
        for role, name in overheads.items():
            fixed = [use["form"].get("bytes", 0) for use in c["sites"] if use["role"] == role]
            yield from self._same(name, ceil(max(fixed, default=0) / self.ratio), c[name])
        shown = [
            use["longest"] - ceil(use["form"].get("bytes", 0) / self.ratio)
            for use in c["sites"]
            if use["role"] == "filter" and use["calls"]
        ]
        yield from self._same("p", max(shown, default=0), c["p"])
        pruned = any(text.startswith("calls may be fewer") for text in c["assumptions"])
        if pruned:
            yield from self._same("calls_exact", False, c["calls_exact"])
        least = sum(tree["chain"][0] for tree in c["trees"] if tree["leaves"]) + c["detect"]
        yield from self._holds("chain", least <= c["chain"] <= c["calls"])
        longest = (c["calls"] - c["chain"]) / c["workers"] + c["chain"]
        yield from self._same("span", self.model["seconds"] * longest, c["span"])
        yield from self._accuracy()

    def _accuracy(self) -> Iterator[str]:
        c, model = self.c, self.model
        outside = [use for use in c["sites"] if use["tree"] is None and use["role"] == "leaf"]
        leaves = max(1, c["leaves"] + sum(use["calls"] for use in outside))
        largest = max(
            [tree["largest"] for tree in c["trees"]] + [use["longest"] for use in outside], default=0
        )
        total = sum(tree["leaf_tokens"] for tree in c["trees"])
        total += sum(use["tokens_in"] for use in outside)
        merges = [use for use in c["sites"] if use["role"] == "merge"]
        path = [1 if use["tree"] is None else c["trees"][use["tree"]]["depth"] for use in merges]
        above = sum(use["times"] * levels for use, levels in zip(merges, path, strict=True))
        filters = sum(
            use["times"] * c["trees"][use["tree"]]["depth"]
            for use in c["sites"]
            if use["role"] == "filter" and use["tree"] is not None
        )

        def right(tokens: int) -> float:
            return float(model["accuracy"] * model["decay"] ** (tokens / c["window"]))

        start = model["detect_accuracy"] if c["detect"] else 1.0
        joined = model["merge_accuracy"] ** sum(use["calls"] for use in merges)
        one = start * right(largest) * model["merge_accuracy"] ** above
        false = model["false_positives"]
        # The mean of 1/(1 + B), B binomial: the integral of (1 - f + f·x)^(L - 1).
        picked = (1 - (1 - false) ** leaves) / (leaves * false) if false and leaves > 1 else 1.0
        expected = {
            "all_leaves": start * right(largest) ** leaves * joined,
            "all_leaves_by_size": start
            * model["accuracy"] ** leaves
            * model["decay"] ** (total / c["window"])
            * joined,
            "one_path": one,
            "needle": one * model["recall"] ** filters * picked,
        }
        for name, value in expected.items():
            yield from self._same(f"accuracy.{name}", float(value), c["accuracy"][name])


def _parts(n: int, k: int) -> list[Pair]:
    """The sizes of the parts of a balanced split, and how many there are of each."""
    count = min(k, n)
    if not count:
        return []
    more = n % count
    return [item for item in ((n // count + 1, more), (n // count, count - more)) if item[1]]


def _shortened(size: int, tree: dict[str, Any]) -> int:
    for start, end in tree["cuts"]:
        size = max(0, min(size, end) - start)
    return size


def _child(size: int, results: dict[int, Pair | None], tree: dict[str, Any]) -> dict[str, Pair | None]:
    return {"C": (size, 0), "R": results.get(_shortened(size, tree))}


def _levels(n: int, tree: dict[str, Any]) -> Iterator[Pair]:
    """The sizes of all parts of a tree, and how many there are of each, level by level."""
    level = {n: 1}
    while level:
        below: dict[int, int] = {}
        for size, count in level.items():
            yield size, count
            for part, times in _parts(size, tree["k"]) if size > tree["tau"] and tree["recurs"] else ():
                short = _shortened(part, tree)
                below[short] = below.get(short, 0) + count * times
        level = below


def _sizes(n: int, tree: dict[str, Any]) -> list[int]:
    return sorted({size for size, _ in _levels(n, tree)})


def _count(n: int, tree: dict[str, Any]) -> tuple[int, int, int]:
    """Leaves, inner nodes and levels, counted."""
    leaves = internal = 0
    depth = 0
    level = {n: 1}
    while level:
        below: dict[int, int] = {}
        for size, count in level.items():
            if size <= tree["tau"]:
                leaves += count
                continue
            internal += count
            for part, times in _parts(size, tree["k"]) if tree["recurs"] else ():
                short = _shortened(part, tree)
                below[short] = below.get(short, 0) + count * times
        depth += bool(below)
        level = below
    return leaves, internal, depth
