"""Unique normal forms of closed terms without iterations, compiled. Imports numpy and Numba only.

The terms are over `A`, `S/1` and some locations, so a value is `S` so many times of `A` or of a variable, and
two values have a most general unifier that binds one variable at most. A term is its constructs from left to
right, each one word, flat: sequences and sums have at least two parts, no sequence is in a sequence or has
a `1` in it, and no sum is in a sum.

| operator | the rest of the word |
|---|---|
| `SKIP`, `FAIL` | |
| `SEQUENCE`, `SUM` | how many parts follow |
| `NEW` | the number of the variable, from 1 on |
| `PUSH`, `POP` | the location, and the value |
| `TEST` | the two values |

Each binder of a term has a number of its own. Distribution copies binders, but into different summands, which
are never put in one sequence; so no contraction has to rename.

The rules are written out here by hand, for speed. That they are those of `calculus.rmc.rules` is what
`calculus.verify.properties.rmc.confluence.compiled` checks. All is in one module because what is kept of
compiled code is made anew when the module of a function changes, but not when that of one that it calls does.
"""

from typing import Any

import numpy as np
from numba import njit

I64 = np.int64

flags: Any = {"cache": True, "nogil": True, "error_model": "numpy"}
plain: Any = flags | {"_nrt": False}
"""Of functions that make no arrays: without counts of references, which take long to compile."""
inner: Any = {"nogil": True, "error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True}
"""Of functions that only compiled code calls, and that are kept with what calls them."""

SKIP, FAIL, SEQUENCE, SUM, NEW, PUSH, POP, TEST = range(8)
BITS = 3
OPERATOR = (1 << BITS) - 1
PLACES = 4
"""Bits of a location."""
VALUE = 16
"""Bits of a value: first those of the variable, 0 for `A`, then those of how many times `S`."""
NAME = 5
NAMES = (1 << NAME) - 1
LAMBDA = 0
"""The location of tests."""

# The rules. What is unified has a rule for the pair that stays as it is, which is no redex.
(
    ZERO_LEFT,
    ZERO_RIGHT,
    UNIT_LEFT,
    UNIT_RIGHT,
    CLASH,
    UNIFY,
    DROP,
    TESTED,
    HOIST_LEFT,
    HOIST_RIGHT,
    SWAP,
    DISTRIBUTE_LEFT,
    DISTRIBUTE_RIGHT,
    DISTRIBUTE_NEW,
    STUCK,
) = range(15)

# What a site of a redex is: its rule, where its list or its node stands, and where its first part does.
RULE, AT, FIRST, SITE = range(4)

LONGEST = 512
"""Words of the largest term that is followed."""
SITES = 256
REACHED = 1 << 14
"""Terms that may be reached from one."""
EDGES = 1 << 18
POOL = 1 << 20
"""Words of all these terms together."""
TABLE = 1 << 15

# How the check of a term ended. After LARGE it has to be checked in another way.
UNIQUE, SEVERAL, CIRCLE, ODD, LARGE = range(5)

# What the array of counts holds: terms checked, terms reached, contractions.
TERMS, ALL, CONTRACTIONS, COUNTS = range(4)


@njit(**flags)
def count(size, locations):  # type: ignore[no-untyped-def]
    """How many terms there are with so many variables in scope of so many nodes."""
    counts = np.zeros((size + 2, size + 1), np.int64)
    for nodes in range(1, size + 1):
        for scope in range(size - nodes + 1):
            values = 1 + scope
            found = 2 if nodes == 1 else 2 * locations * values + counts[scope + 1, nodes - 1]
            for left in range(1, nodes - 1):
                found += 2 * counts[scope, left] * counts[scope, nodes - 1 - left] + values * values
            counts[scope, nodes] = found
    return counts


@njit(**inner)
def value_of(rank, size, names, scope):  # type: ignore[no-untyped-def]
    """The value of a rank among those of so many nodes: variables, the innermost first, then `A`."""
    if rank < scope:
        return (names >> (NAME * rank)) & NAMES | (size - 1) << NAME
    return (size - 1) << NAME


@njit(**flags)
def unrank(rank, locations, counts, out):  # type: ignore[no-untyped-def]
    """Write the closed term of a rank, with lists of two; the order is that of
    `calculus.verify.enumeration.rmc`.
    """
    size = 1
    while rank >= counts[0, size]:
        rank -= counts[0, size]
        size += 1
    # To do: rank, size, scope, and the numbers of the variables in scope, packed.
    todo = np.empty((size + 1, 4), np.int64)
    todo[0, 0], todo[0, 1], todo[0, 2], todo[0, 3] = rank, size, 0, 0
    waiting, length, binders = 1, 0, 0
    while waiting:
        waiting -= 1
        rank, size, scope, names = todo[waiting, 0], todo[waiting, 1], todo[waiting, 2], todo[waiting, 3]
        if size == 1:
            out[length] = SKIP if rank == 0 else FAIL
            length += 1
            continue
        values = 1 + scope
        if rank < 2 * locations * values:
            place = rank // values
            operator = PUSH if place < locations else POP
            value = value_of(rank % values, size - 1, names, scope)
            out[length] = (value << PLACES | place % locations) << BITS | operator
            length += 1
            continue
        rank -= 2 * locations * values
        inner = counts[scope + 1, size - 1]
        if rank < inner:
            binders += 1
            out[length] = binders << BITS | NEW
            length += 1
            todo[waiting, 0], todo[waiting, 1] = rank, size - 1
            todo[waiting, 2], todo[waiting, 3] = scope + 1, names << NAME | binders
            waiting += 1
            continue
        rank -= inner
        pairs = 0
        for left in range(1, size - 1):
            pairs += counts[scope, left] * counts[scope, size - 1 - left]
        if rank < 2 * pairs:
            out[length] = 2 << BITS | (SEQUENCE if rank < pairs else SUM)
            length += 1
            rank %= pairs
            left = 1
            while rank >= counts[scope, left] * counts[scope, size - 1 - left]:
                rank -= counts[scope, left] * counts[scope, size - 1 - left]
                left += 1
            second = counts[scope, size - 1 - left]
            todo[waiting, 0], todo[waiting, 1] = rank % second, size - 1 - left
            todo[waiting, 2], todo[waiting, 3] = scope, names
            waiting += 1
            todo[waiting, 0], todo[waiting, 1] = rank // second, left
            todo[waiting, 2], todo[waiting, 3] = scope, names
            waiting += 1
            continue
        rank -= 2 * pairs
        left = 1 + rank // (values * values)
        rank %= values * values
        one = value_of(rank // values, left, names, scope)
        other = value_of(rank % values, size - 1 - left, names, scope)
        out[length] = (one | other << VALUE) << BITS | TEST
        length += 1
    return length


@njit(**inner)
def after(words, at):  # type: ignore[no-untyped-def]
    """Where the part ends that begins at a place."""
    needed = 1
    while needed:
        word = words[at]
        at += 1
        operator = word & OPERATOR
        if operator in (SEQUENCE, SUM):
            needed += (word >> BITS) - 1
        elif operator != NEW:
            needed -= 1
    return at


@njit(**flags)
def flatten(raw, length, out):  # type: ignore[no-untyped-def]
    """Write a term flat whose lists may be in lists, have one part, or have `1` in them. Overwrites `raw`."""
    operators = np.empty(LONGEST, np.int64)
    heads = np.empty(LONGEST, np.int64)
    left = np.empty(LONGEST, np.int64)
    owners = np.empty(LONGEST, np.int64)
    while True:
        top, end, again = -1, 0, False
        for at in range(length):
            word = raw[at]
            operator = word & OPERATOR
            parent = operators[top] if top >= 0 else -1
            if operator == parent and (operator in (SEQUENCE, SUM)):
                # Its parts are parts of the list that it is in.
                top += 1
                operators[top], heads[top], left[top], owners[top] = operator, heads[top - 1], word >> BITS, 0
                continue
            if operator != SKIP or parent != SEQUENCE:
                if parent in (SEQUENCE, SUM):
                    out[heads[top]] += 1 << BITS
                out[end] = word
                end += 1
            if operator in (SEQUENCE, SUM, NEW):
                top += 1
                operators[top], heads[top], owners[top] = operator, end - 1, 1
                left[top] = 1 if operator == NEW else word >> BITS
                if operator != NEW:
                    out[end - 1] = operator
                continue
            # A part is complete, and with it perhaps lists that it is the last of.
            while top >= 0:
                left[top] -= 1
                if left[top]:
                    break
                head = heads[top]
                if owners[top] and operators[top] != NEW:
                    parts = out[head] >> BITS
                    if parts == 0:
                        out[head] = SKIP
                    elif parts == 1:
                        end -= 1
                        for number in range(head, end):
                            out[number] = out[number + 1]
                        inner = out[head] & OPERATOR
                        again = again or inner in (SEQUENCE, SUM)
                        again = again or inner == SKIP
                top -= 1
        if not again:
            return end
        for at in range(end):
            raw[at] = out[at]
        length = end


@njit(**inner)
def uses(words, start, end, name):  # type: ignore[no-untyped-def]
    """Whether a variable occurs in a part."""
    for at in range(start, end):
        word = words[at]
        operator = word & OPERATOR
        if operator in (PUSH, POP):
            if (word >> BITS + PLACES) & NAMES == name:
                return True
        elif operator == TEST and name in ((word >> BITS) & NAMES, (word >> BITS + VALUE) & NAMES):
            return True
    return False


@njit(**inner)
def bound_above(words, at, name):  # type: ignore[no-untyped-def]
    """Whether the chain of `ex` right above a place binds a variable."""
    at -= 1
    while at >= 0 and words[at] & OPERATOR == NEW:
        if words[at] >> BITS == name:
            return True
        at -= 1
    return False


@njit(**inner)
def unifier(words, at, one, other):  # type: ignore[no-untyped-def]
    """How two values unify in a block, as a rule; the variable that is bound, if one is, and its value."""
    ours, theirs = one & NAMES, other & NAMES
    more = (one >> NAME) - (other >> NAME)
    if more < 0:
        ours, theirs, more = theirs, ours, -more
    # S^more(ours) = theirs
    if ours == theirs:
        return CLASH if more else UNIFY, 0, 0
    if theirs == 0:
        if more or ours == 0:
            return CLASH, 0, 0
        ours, theirs = theirs, ours
    if bound_above(words, at, theirs):
        return UNIFY, theirs, ours | more << NAME
    if more == 0 and ours and bound_above(words, at, ours):
        return UNIFY, ours, theirs
    return STUCK, 0, 0


@njit(**inner)
def value(word):  # type: ignore[no-untyped-def]
    """The value of a push or a pop."""
    return word >> BITS + PLACES


@njit(**inner)
def place(word):  # type: ignore[no-untyped-def]
    """The location of a push or a pop."""
    return word >> BITS & (1 << PLACES) - 1


@njit(**inner)
def note(sites, found, rule, then, at, first):  # type: ignore[no-untyped-def]
    """Note up to two redexes at a place; those beyond `SITES` are only counted."""
    if rule != STUCK:
        if found < SITES:
            sites[found, RULE], sites[found, AT], sites[found, FIRST] = rule, at, first
        found += 1
    if then != STUCK:
        if found < SITES:
            sites[found, RULE], sites[found, AT], sites[found, FIRST] = then, at, first
        found += 1
    return found


@njit(**plain)
def scan(words, length, sites):  # type: ignore[no-untyped-def]
    """Find all redexes of a flat term, and count them."""
    found = I64(0)
    for at in range(length):
        word = words[at]
        operator, parts = word & OPERATOR, word >> BITS
        rule, then = STUCK, STUCK
        if operator == NEW:
            if not uses(words, at + 1, after(words, at), parts):
                rule = DROP
            if words[at + 1] & OPERATOR == SUM:
                then = DISTRIBUTE_NEW
        elif operator == TEST:
            rule = TESTED
        if operator in (SEQUENCE, SUM):
            first = at + 1
            for number in range(parts):
                second = after(words, first)
                rule, then = STUCK, STUCK
                if operator == SUM and words[first] == FAIL:
                    if number < parts - 1:
                        rule = UNIT_LEFT
                    if number > 0:
                        then = UNIT_RIGHT
                elif operator == SEQUENCE and number < parts - 1:
                    rule, then = pair(words, at, first, second)
                found = note(sites, found, rule, then, at, first)
                first = second
        else:
            found = note(sites, found, rule, then, at, at + 1)
    return found


@njit(**inner)
def pair(words, at, first, second):  # type: ignore[no-untyped-def]
    """The rules that apply to two neighbours of a sequence."""
    one, other = words[first] & OPERATOR, words[second] & OPERATOR
    rule, then = STUCK, STUCK
    if one == FAIL:
        rule = ZERO_LEFT
    elif one == SUM:
        rule = DISTRIBUTE_LEFT
    elif one == NEW:
        rule = HOIST_LEFT
    elif one == PUSH and other == POP:
        if place(words[first]) != place(words[second]):
            rule = SWAP
        else:
            rule, _, _ = unifier(words, at, value(words[first]), value(words[second]))
    if other == FAIL:
        then = ZERO_RIGHT
    elif other == SUM:
        then = DISTRIBUTE_RIGHT
    elif other == NEW:
        then = HOIST_RIGHT
    return rule, then


@njit(**inner)
def copied(words, start, end, out, length):  # type: ignore[no-untyped-def]
    """Append a part."""
    for at in range(start, end):
        out[length] = words[at]
        length += 1
    return length


@njit(**inner)
def rest_of_sum(words, at, end, out, length):  # type: ignore[no-untyped-def]
    """Append all summands but the first of the sum at a place."""
    parts = words[at] >> BITS
    if parts > 2:
        out[length] = parts - 1 << BITS | SUM
        length += 1
    return copied(words, after(words, at + 1), end, out, length)


@njit(**inner)
def instance(value, name, new):  # type: ignore[no-untyped-def]
    """A value with another for a variable."""
    if value & NAMES != name:
        return value
    return new + (value >> NAME << NAME)


@njit(**plain)
def contract(words, length, site, raw):  # type: ignore[no-untyped-def]
    """Write what a redex makes of a flat term, which is to be flattened; -1 if that is too long."""
    # Distribution copies at most all there is, and adds a few words.
    if 2 * length + 8 > LONGEST:
        return -1
    rule, at, first = site[RULE], site[AT], site[FIRST]
    parts = words[at] >> BITS
    if rule == UNIFY:
        return solved(words, length, site, raw)
    new = copied(words, I64(0), at, raw, I64(0))
    if rule == DROP:
        return copied(words, at + 1, length, raw, new)
    if rule == TESTED:
        one = words[at] >> BITS & (1 << VALUE) - 1
        other = words[at] >> BITS + VALUE
        raw[new] = 2 << BITS | SEQUENCE
        raw[new + 1] = (one << PLACES | LAMBDA) << BITS | PUSH
        raw[new + 2] = (other << PLACES | LAMBDA) << BITS | POP
        return copied(words, at + 1, length, raw, new + 3)
    if rule in (UNIT_LEFT, UNIT_RIGHT):
        raw[new] = parts - 1 << BITS | SUM
        new = copied(words, at + 1, first, raw, new + 1)
        return copied(words, after(words, first), length, raw, new)
    whole = after(words, at)
    if rule == DISTRIBUTE_NEW:
        raw[new] = 2 << BITS | SUM
        raw[new + 1] = words[at]
        new = copied(words, first + 1, after(words, first + 1), raw, new + 2)
        raw[new] = words[at]
        new = rest_of_sum(words, first, whole, raw, new + 1)
        return copied(words, whole, length, raw, new)
    second = after(words, first)
    end = after(words, second)
    number, part = 0, at + 1
    while part < first:
        number += 1
        part = after(words, part)
    # The others are in a sequence: some replace two parts of it, some all from the first part on.
    to_the_end = rule in (ZERO_LEFT, DISTRIBUTE_LEFT, HOIST_LEFT)
    kept = number + 1 if to_the_end else parts - 1
    raw[new] = kept << BITS | SEQUENCE
    new = copied(words, at + 1, first, raw, new + 1)
    if rule in (ZERO_LEFT, ZERO_RIGHT, CLASH):
        raw[new] = FAIL
        new += 1
    elif rule == SWAP:
        raw[new] = 2 << BITS | SEQUENCE
        raw[new + 1], raw[new + 2] = words[second], words[first]
        new += 3
    elif rule == HOIST_LEFT:
        raw[new] = words[first]
        raw[new + 1] = parts - number << BITS | SEQUENCE
        new = copied(words, first + 1, whole, raw, new + 2)
    elif rule == HOIST_RIGHT:
        raw[new] = words[second]
        raw[new + 1] = 2 << BITS | SEQUENCE
        new = copied(words, first, second, raw, new + 2)
        new = copied(words, second + 1, end, raw, new)
    elif rule == DISTRIBUTE_LEFT:
        raw[new] = 2 << BITS | SUM
        raw[new + 1] = parts - number << BITS | SEQUENCE
        new = copied(words, first + 1, after(words, first + 1), raw, new + 2)
        new = copied(words, second, whole, raw, new)
        raw[new] = parts - number << BITS | SEQUENCE
        new = rest_of_sum(words, first, second, raw, new + 1)
        new = copied(words, second, whole, raw, new)
    else:  # DISTRIBUTE_RIGHT
        raw[new] = 2 << BITS | SUM
        raw[new + 1] = 2 << BITS | SEQUENCE
        new = copied(words, first, second, raw, new + 2)
        new = copied(words, second + 1, after(words, second + 1), raw, new)
        raw[new] = 2 << BITS | SEQUENCE
        new = copied(words, first, second, raw, new + 1)
        new = rest_of_sum(words, second, end, raw, new)
    return copied(words, whole if to_the_end else end, length, raw, new)


@njit(**inner)
def solved(words, length, site, raw):  # type: ignore[no-untyped-def]
    """Write the term with the block of a redex solved."""
    at, first = site[AT], site[FIRST]
    second = after(words, first)
    end = after(words, second)
    parts = words[at] >> BITS
    _, name, new = unifier(words, at, value(words[first]), value(words[second]))
    top = at
    while top > 0 and words[top - 1] & OPERATOR == NEW:
        top -= 1
    written = copied(words, I64(0), top, raw, I64(0))
    for above in range(top, at):
        if words[above] >> BITS != name:
            raw[written] = words[above]
            written += 1
    whole = after(words, at)
    if parts == 2:
        raw[written] = SKIP
        written += 1
    else:
        raw[written] = parts - 2 << BITS | SEQUENCE
        written += 1
        for number in range(at + 1, whole):
            if first <= number < end:
                continue
            word = words[number]
            operator = word & OPERATOR
            if name and (operator in (PUSH, POP)):
                changed = instance(value(word), name, new)
                word = (changed << PLACES | place(word)) << BITS | operator
            elif name and operator == TEST:
                one = instance(word >> BITS & (1 << VALUE) - 1, name, new)
                other = instance(word >> BITS + VALUE, name, new)
                word = (one | other << VALUE) << BITS | TEST
            raw[written] = word
            written += 1
    return copied(words, whole, length, raw, written)


@njit(**flags)
def canonical(words, length, out):  # type: ignore[no-untyped-def]
    """Write a sum of spans so that those that are equal by the structural equations are equal; -1 if the term
    is no sum of spans.
    """
    starts = np.empty(LONGEST, np.int64)
    names = np.empty(NAMES + 1, np.int64)
    at, written, count = I64(0), I64(0), I64(0)
    if words[0] == FAIL:
        return I64(0)
    if words[0] & OPERATOR == SUM:
        at = I64(1)
    while at < length:
        starts[count] = written
        count += 1
        head = written
        written += 1
        names[:] = 0
        named = 0
        while words[at] & OPERATOR == NEW:
            at += 1
        end = after(words, at)
        if words[at] & OPERATOR == SEQUENCE:
            at += 1
        while at < end:
            word = words[at]
            operator = word & OPERATOR
            if operator in (PUSH, POP):
                # Past neighbours of the same kind at later locations.
                to = written
                while (
                    to > head + 1 and out[to - 1] & OPERATOR == operator and place(out[to - 1]) > place(word)
                ):
                    out[to] = out[to - 1]
                    to -= 1
                out[to] = word
                written += 1
            elif operator != SKIP:
                return I64(-1)
            at += 1
        for number in range(head + 1, written):
            word = out[number]
            name = value(word) & NAMES
            if name and names[name] == 0:
                named += 1
                names[name] = named
            changed = names[name] | value(word) >> NAME << NAME
            out[number] = (changed << PLACES | place(word)) << BITS | word & OPERATOR
        out[head] = written - head
    starts[count] = written
    return in_order(out, starts, count, written)


@njit(**flags)
def in_order(out, starts, count, length):  # type: ignore[no-untyped-def]
    """Sort spans, which begin with their length."""
    order = np.empty(LONGEST, np.int64)
    for number in range(count):
        item = number
        to = number
        while to and before(out, starts[item], starts[order[to - 1]]):
            order[to] = order[to - 1]
            to -= 1
        order[to] = item
    copy = np.empty(LONGEST, np.int64)
    copied(out, I64(0), length, copy, I64(0))
    written = I64(0)
    for number in range(count):
        item = order[number]
        written = copied(copy, starts[item], starts[item + 1], out, written)
    return written


@njit(**inner)
def before(out, one, other):  # type: ignore[no-untyped-def]
    """Whether a span comes before another."""
    for number in range(min(out[one], out[other])):
        if out[one + number] != out[other + number]:
            return out[one + number] < out[other + number]
    return False


@njit(**inner)
def add(words, length, pool, starts, table, slots, reached):  # type: ignore[no-untyped-def]
    """The number of a term among those that have been reached; a new one gets the next."""
    key = np.uint64(14695981039346656037)
    for at in range(length):
        key = (key ^ np.uint64(words[at])) * np.uint64(1099511628211)
    slot = np.int64((key ^ (key >> np.uint64(29))) & np.uint64(TABLE - 1))
    while table[slot] >= 0:
        known = table[slot]
        start = starts[known]
        if starts[known + 1] - start == length:
            same = True
            for at in range(length):
                if pool[start + at] != words[at]:
                    same = False
                    break
            if same:
                return known
        slot = (slot + 1) & (TABLE - 1)
    table[slot] = reached
    slots[reached] = slot
    starts[reached + 1] = copied(words, 0, length, pool, starts[reached])
    return reached


@njit(**flags)
def normal_forms(words, length, pool, starts, table, slots, edges, degrees, form, counts):  # type: ignore[no-untyped-def]
    """Follow all paths from a flat term: how that ended, and the length of its normal form, in `form`.

    `table`, in which terms are found by their contents, has -1 everywhere before and after.
    """
    how, known, reached = followed(words, length, pool, starts, table, slots, edges, degrees, form, counts)
    for number in range(reached):
        table[slots[number]] = -1
    return how, known


@njit(**flags)
def followed(words, length, pool, starts, table, slots, edges, degrees, form, counts):  # type: ignore[no-untyped-def]
    """Follow all paths: how that ended, the length of the normal form, and how many terms were reached."""
    sites = np.empty((SITES, SITE), np.int64)
    raw, flat = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    other = np.empty(LONGEST, np.int64)
    first = np.empty(REACHED + 1, np.int64)
    known, seen = I64(-1), I64(0)
    starts[0], degrees[0] = 0, 0
    reached = add(words, length, pool, starts, table, slots, I64(0)) + 1
    number = 0
    while number < reached:
        first[number] = seen
        start = starts[number]
        item = pool[start : starts[number + 1]]
        found = scan(item, item.size, sites)
        if found > SITES or seen + found > EDGES:
            return LARGE, 0, reached
        for redex in range(found):
            new = contract(item, item.size, sites[redex], raw)
            if new < 0 or reached == REACHED or starts[reached] + LONGEST > POOL:
                return LARGE, 0, reached
            to = add(flat, flatten(raw, new, flat), pool, starts, table, slots, reached)
            if to == reached:
                degrees[to] = 0
                reached += 1
            degrees[to] += 1
            edges[seen] = to
            seen += 1
        if found == 0:
            end = canonical(item, item.size, form if known < 0 else other)
            if end < 0:
                return ODD, 0, reached
            if known < 0:
                known = end
            elif differ(form, known, other, end):
                return SEVERAL, 0, reached
        number += 1
    first[reached] = seen
    counts[ALL] += reached
    counts[CONTRACTIONS] += seen
    how = UNIQUE if ends(first, edges, degrees, reached) else CIRCLE
    return how, known, reached


@njit(**inner)
def differ(one, length, other, end):  # type: ignore[no-untyped-def]
    """Whether two normal forms are different."""
    at = 0
    while at < min(length, end) and one[at] == other[at]:
        at += 1
    return at < max(length, end)


@njit(**flags)
def ends(first, edges, degrees, reached):  # type: ignore[no-untyped-def]
    """Whether no term can be reached from itself."""
    waiting = np.empty(reached, np.int64)
    count, number = 0, 0
    for item in range(reached):
        if degrees[item] == 0:
            waiting[count] = item
            count += 1
    while number < count:
        item = waiting[number]
        number += 1
        for edge in range(first[item], first[item + 1]):
            to = edges[edge]
            degrees[to] -= 1
            if degrees[to] == 0:
                waiting[count] = to
                count += 1
    return count == reached


@njit(**flags)
def room():  # type: ignore[no-untyped-def]
    """What `normal_forms` needs to work in."""
    return (
        np.empty(POOL, np.int64),
        np.empty(REACHED + 1, np.int64),
        np.full(TABLE, -1, np.int64),
        np.empty(REACHED, np.int64),
        np.empty(EDGES, np.int64),
        np.empty(REACHED + 1, np.int64),
    )


@njit(**flags)
def check(start, stop, size, locations, counts):  # type: ignore[no-untyped-def]
    """Check the terms of a range of ranks up to the first whose paths do not all end in one normal form: how
    the check of that ended, and its rank; or `UNIQUE` and `stop`.
    """
    terms = count(size, locations)
    raw, flat = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    form = np.empty(LONGEST, np.int64)
    pool, starts, table, slots, edges, degrees = room()
    for rank in range(start, stop):
        length = flatten(raw, unrank(rank, locations, terms, raw), flat)
        how, _ = normal_forms(flat, length, pool, starts, table, slots, edges, degrees, form, counts)
        counts[TERMS] += 1
        if how != UNIQUE:
            return how, rank
    return UNIQUE, stop
