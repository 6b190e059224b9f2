"""Unique normal forms of all terms of a range, compiled. Imports numpy and Numba only.

A term is its constructs from left to right, each one number: an operator in the lowest `BITS`, above it the
index of its location, label or primitive, or the de Bruijn index of a variable (those beyond the binders are
free). So a part is a slice, copying is copying slices, and terms equal up to renaming are equal arrays. On a
loop there may also be a *mark*, by which what becomes of it is found again after another contraction.

What a signature is comes in arrays: `counts[scope, size]` terms there are with so many variables in scope;
`shape` says how many locations, labels of joins, labels of loops and primitives there are, and how
many free variables; `arity` how many operands each
primitive has, and `results[p, m, n]` the label that it computes from two (the second is 0 for one operand).

The rules are written out here by hand, for speed. That they are those of `calculus.fmc.rules` is what
`calculus.verify.properties.fmc.confluence.agreement` checks.
"""

from typing import Any

import numpy as np
from numba import njit

flags: dict[str, Any] = {"cache": True, "nogil": True}

VARIABLE, JUMP, PUSH, POP, JOIN, LOOP, PRIMITIVE = range(7)
BITS = 3
OPERATOR = (1 << BITS) - 1
MARK = 1 << 24
"""The first mark; what is above is the mark of a loop."""

# The rules, in the order of the array of redexes.
BETA, DELTA, SELECT, REJECT, PREFIX, ASSOC, UNIT, EXIT, UNROLL = range(9)

# What the array `shape` holds.
LOCATIONS, LABELS, LOOPS, PRIMITIVES, FREE = range(5)

# What a redex is: its rule, where it stands, and where its pop or its primitive stands.
RULE, AT, TO = range(3)

# What the array `tally` holds: the next rank to look at, how many terms there were, forks (pairs of different
# reducts), forks with an unrolling, reducts larger than their terms, and ranks given up.
NEXT, TERMS, FORKS, UNROLLED, GROWN, LOST, TALLY = range(7)

LONGEST = 512
"""Numbers for which an array has room; a contraction of a term of half as many may be refused."""
MOST = 64
"""Redexes of a term that can be told apart."""

# What there may be instead of the label that a primitive computes: none, or one that has no number.
NOTHING, UNNAMED = -1, -2

LAMBDA = 0
"""The index of the location where primitives act."""


@njit(**flags)
def unrank(rank, size, scope, shape, counts, out):  # type: ignore[no-untyped-def]
    """Write the term of a rank among those of so many nodes with so many variables in scope.

    The order is that of `calculus.verify.enumeration`: variables, jumps, then pushes, pops, joins, loops and
    primitives; of two children a small first one, and the second varies faster.
    """
    todo = np.empty((size + 1, 3), np.int64)
    todo[0, 0], todo[0, 1], todo[0, 2] = rank, size, scope
    waiting, length = 1, 0
    while waiting:
        waiting -= 1
        rank, size, scope = todo[waiting, 0], todo[waiting, 1], todo[waiting, 2]
        if size == 1:
            if rank < scope:
                out[length] = rank << BITS | VARIABLE
            else:
                out[length] = (rank - scope) << BITS | JUMP
            length += 1
            continue
        # The pairs of children of a push or a join.
        pairs = 0
        for left in range(1, size - 1):
            pairs += counts[scope, left] * counts[scope, size - 1 - left]
        inner = counts[scope + 1, size - 1]
        same = counts[scope, size - 1]
        operator = PUSH
        if rank < pairs * shape[LOCATIONS]:
            width = pairs
        else:
            rank -= pairs * shape[LOCATIONS]
            operator = POP
            width = inner
            if rank >= inner * shape[LOCATIONS]:
                rank -= inner * shape[LOCATIONS]
                operator = JOIN
                width = pairs
                if rank >= pairs * shape[LABELS]:
                    rank -= pairs * shape[LABELS]
                    operator = LOOP
                    width = same
                    if rank >= same * shape[LOOPS]:
                        rank -= same * shape[LOOPS]
                        operator = PRIMITIVE
        index = rank // width
        rank -= index * width
        out[length] = index << BITS | operator
        length += 1
        if operator in (PUSH, JOIN):
            left = 1
            while True:
                width = counts[scope, left] * counts[scope, size - 1 - left]
                if rank < width:
                    break
                rank -= width
                left += 1
            second = counts[scope, size - 1 - left]
            todo[waiting, 0], todo[waiting, 1], todo[waiting, 2] = rank % second, size - 1 - left, scope
            waiting += 1
            todo[waiting, 0], todo[waiting, 1], todo[waiting, 2] = rank // second, left, scope
        else:
            todo[waiting, 0], todo[waiting, 1] = rank, size - 1
            todo[waiting, 2] = scope + 1 if operator == POP else scope
        waiting += 1
    return length


@njit(**flags)
def survey(term, length, ends, depths):  # type: ignore[no-untyped-def]
    """Where the part that begins at each place ends, and how many binders are around it."""
    for at in range(length - 1, -1, -1):
        operator = term[at] & OPERATOR
        if operator <= JUMP:
            ends[at] = at + 1
        elif operator in (PUSH, JOIN):
            ends[at] = ends[ends[at + 1]]
        else:
            ends[at] = ends[at + 1]
    depths[0] = 0
    for at in range(length):
        operator = term[at] & OPERATOR
        if operator > JUMP:
            depths[at + 1] = depths[at] + 1 if operator == POP else depths[at]
            if operator in (PUSH, JOIN):
                depths[ends[at + 1]] = depths[at]


@njit(**flags)
def partner(term, ends, at, shape, arity, results):  # type: ignore[no-untyped-def]
    """Where the pop that takes what is pushed at a place stands, or the primitive that computes with it; or
    -1. Only actions at other locations stand between.
    """
    location = term[at] >> BITS
    literal = term[at + 1] >> BITS if term[at + 1] & OPERATOR == JUMP and location == LAMBDA else -1
    operands = 1
    second = 0
    place = ends[at + 1]
    while True:
        operator = term[place] & OPERATOR
        if operator == PUSH:
            if term[place] >> BITS == location:
                if shape[PRIMITIVES] == 0 or literal < 0 or operands == 2:
                    return -1
                if term[place + 1] & OPERATOR != JUMP:
                    return -1
                operands = 2
                second = term[place + 1] >> BITS
            place = ends[place + 1]
        elif operator == POP:
            if term[place] >> BITS == location:
                return place if operands == 1 else -1
            place += 1
        elif operator == PRIMITIVE:
            if location == LAMBDA:
                number = term[place] >> BITS
                if literal < 0 or arity[number] != operands or results[number, literal, second] == NOTHING:
                    return -1
                return place
            place += 1
        else:
            return -1


@njit(**flags)
def redexes(term, length, ends, unrolls, most, shape, arity, results, found):  # type: ignore[no-untyped-def]
    """Write the first `most` redexes of a term, outermost first, then from left to right; how many."""
    count = 0
    for at in range(length):
        symbol = term[at]
        operator = symbol & OPERATOR
        if operator == PUSH:
            other = partner(term, ends, at, shape, arity, results)
            if other >= 0:
                found[count, RULE] = BETA if term[other] & OPERATOR == POP else DELTA
                found[count, AT] = at
                found[count, TO] = other
                count += 1
        elif operator == LOOP:
            if unrolls:
                found[count, RULE] = UNROLL
                found[count, AT] = at
                count += 1
        elif operator == JOIN:
            label = symbol >> BITS
            first = term[at + 1]
            kind = first & OPERATOR
            its = (first & MARK - 1) >> BITS
            rule = -1
            if kind == JUMP:
                rule = SELECT if its == label else REJECT
            elif kind in (PUSH, POP, PRIMITIVE):
                rule = PREFIX
            elif kind == JOIN and its == label:
                rule = ASSOC
            elif kind == LOOP and its == label:
                rule = EXIT
            if rule >= 0:
                found[count, RULE] = rule
                found[count, AT] = at
                count += 1
            if term[ends[at + 1]] == label << BITS | JUMP:
                found[count, RULE] = UNIT
                found[count, AT] = at
                count += 1
        if count >= most:
            return most
    return count


@njit(**flags)
def copied(term, start, stop, out, length):  # type: ignore[no-untyped-def]
    for at in range(start, stop):
        out[length] = term[at]
        length += 1
    return length


@njit(**flags)
def raised(term, depths, start, stop, by, out, length):  # type: ignore[no-untyped-def]
    """Copy a part to below `by` more binders."""
    outside = depths[start]
    for at in range(start, stop):
        symbol = term[at]
        if symbol & OPERATOR == VARIABLE and symbol >> BITS >= depths[at] - outside:
            symbol += by << BITS
        out[length] = symbol
        length += 1
    return length


@njit(**flags)
def contract(term, length, ends, depths, redex, results, out):  # type: ignore[no-untyped-def]
    """Write the term after a contraction; its length, or -1 if it may be too long or has an unnamed label."""
    rule, at = redex[RULE], redex[AT]
    end = ends[at]
    new = copied(term, 0, at, out, 0)
    if rule == BETA:
        pop, body = redex[TO], ends[at + 1]
        new = copied(term, body, pop, out, new)
        crossed = depths[pop] - depths[at]
        inside = depths[pop] + 1
        for place in range(pop + 1, end):
            symbol = term[place]
            if symbol & OPERATOR == VARIABLE:
                depth = depths[place] - inside
                index = symbol >> BITS
                if index == depth:
                    if new + 2 * length >= LONGEST:
                        return -1
                    new = raised(term, depths, at + 1, body, crossed + depth, out, new)
                    continue
                if index > depth:
                    symbol -= 1 << BITS
            out[new] = symbol
            new += 1
    elif rule == DELTA:
        primitive = redex[TO]
        first = term[at + 1] >> BITS
        second = 0
        place = at + 2
        while place < primitive:
            if term[place] == LAMBDA << BITS | PUSH:
                second = term[place + 1] >> BITS
                place += 2
                continue
            following = ends[place + 1] if term[place] & OPERATOR == PUSH else place + 1
            new = copied(term, place, following, out, new)
            place = following
        label = results[term[primitive] >> BITS, first, second]
        if label == UNNAMED:
            return -1
        out[new] = LAMBDA << BITS | PUSH
        out[new + 1] = label << BITS | JUMP
        new = copied(term, primitive + 1, end, out, new + 2)
    elif rule == SELECT:
        new = copied(term, at + 2, end, out, new)
    elif rule == REJECT:
        new = copied(term, at + 1, at + 2, out, new)
    elif rule == PREFIX:
        action = term[at + 1] & OPERATOR
        body = ends[at + 2] if action == PUSH else at + 2
        handler = ends[at + 1]
        new = copied(term, at + 1, body, out, new)
        new = copied(term, at, at + 1, out, new)
        new = copied(term, body, handler, out, new)
        new = raised(term, depths, handler, end, 1 if action == POP else 0, out, new)
    elif rule == ASSOC:
        other = ends[at + 2]
        new = copied(term, at, at + 1, out, new)
        new = copied(term, at + 2, other, out, new)
        new = copied(term, at, at + 1, out, new)
        new = copied(term, other, end, out, new)
    elif rule in (UNIT, EXIT):
        new = copied(term, at + 1, ends[at + 1], out, new)
    else:
        if new + 2 * length >= LONGEST:
            return -1
        label = (term[at] & MARK - 1) >> BITS
        out[new] = label << BITS | JOIN
        new = copied(term, at + 1, end, out, new + 1)
        out[new] = label << BITS | LOOP
        new = copied(term, at + 1, end, out, new + 1)
    if new + length - end >= LONGEST:
        return -1
    return copied(term, end, length, out, new)


@njit(**flags)
def normalised(term, length, budget, shape, arity, results, spare, ends, depths, found):  # type: ignore[no-untyped-def]
    """Reduce a term, in place, to its normal form without unrolling; its length, or -1 if that takes more
    than `budget` contractions.
    """
    ours, other = term, spare
    steps = 0
    while True:
        survey(ours, length, ends, depths)
        if redexes(ours, length, ends, False, 1, shape, arity, results, found) == 0:
            break
        if steps == budget:
            return -1
        length = contract(ours, length, ends, depths, found[0], results, other)
        if length < 0:
            return -1
        ours, other = other, ours
        steps += 1
    if steps & 1:
        copied(ours, 0, length, other, 0)
    return length


@njit(**flags)
def unrolled(term, length, mark, results, spare, ends, depths, redex):  # type: ignore[no-untyped-def]
    """Unroll, in place, all loops that bear a mark; the new length, or -1."""
    at = 0
    while at < length:
        if term[at] & mark:
            survey(term, length, ends, depths)
            redex[RULE], redex[AT] = UNROLL, at
            length = contract(term, length, ends, depths, redex, results, spare)
            if length < 0:
                return -1
            copied(spare, 0, length, term, 0)
        at += 1
    return length


@njit(**flags)
def same(left, length, right, other):  # type: ignore[no-untyped-def]
    if length != other:
        return False
    at = 0
    while at < length and left[at] == right[at]:
        at += 1
    return at == length


@njit(**flags)
def developed(term, length, ends, depths, redex, other, budget, shape, arity, results, side, spare, work):  # type: ignore[no-untyped-def]
    """Write what a term is after a contraction, and after the other one if that is an unrolling: of the loops
    that have become of its loop. Then reduce that without unrolling; the length, or -1 if that is too much.

    `work` is `ends`, `depths` and `redexes` of what is written.
    """
    if other[RULE] == UNROLL:
        term[other[AT]] |= MARK
    reached = contract(term, length, ends, depths, redex, results, side)
    if other[RULE] == UNROLL:
        term[other[AT]] &= MARK - 1
        if reached >= 0:
            reached = unrolled(side, reached, MARK, results, spare, work[0], work[1], work[2][0])
    if reached < 0:
        return -1
    return normalised(side, reached, budget, shape, arity, results, spare, work[0], work[1], work[2])


@njit(**flags)
def check(start, stop, sizes, shape, counts, arity, results, unrolls, budget, tally, pair, lost):  # type: ignore[no-untyped-def]
    """Look at the terms of a range of ranks, all terms of up to so many nodes being ranked by size.

    For each pair of different reducts: each, and on it what has become of the other's loop if that was an
    unrolling, is reduced without unrolling; the two normal forms should be one. The first pair for which they
    are not ends the work: it is written to `pair`, `tally[NEXT]` is its rank, and 1 is returned. A rank where
    a normal form is not found is written to `lost`, as far as there is room, and counted.
    """
    term, spare = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    left, right = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    ends, depths = np.empty(LONGEST + 1, np.int64), np.empty(LONGEST + 1, np.int64)
    found = np.empty((MOST + 2, 3), np.int64)
    work = np.empty(LONGEST + 1, np.int64), np.empty(LONGEST + 1, np.int64), np.empty((MOST + 2, 3), np.int64)
    reducts, lengths = np.empty((MOST, LONGEST), np.int64), np.empty(MOST, np.int64)
    normal, normal_lengths = np.empty((MOST, LONGEST), np.int64), np.empty(MOST, np.int64)
    size, first = 1, 0
    for rank in range(start, stop):
        while rank - first >= counts[shape[FREE], size]:
            first += counts[shape[FREE], size]
            size += 1
        tally[NEXT] = rank
        tally[TERMS] += 1
        length = unrank(rank - first, size, shape[FREE], shape, counts, term)
        survey(term, length, ends, depths)
        count = redexes(term, length, ends, unrolls, MOST, shape, arity, results, found)
        given_up = count == MOST
        # Of the redexes, those that first give their reduct.
        distinct = 0
        for one in range(count):
            lengths[distinct] = contract(term, length, ends, depths, found[one], results, reducts[distinct])
            if lengths[distinct] < 0:
                given_up = True
                break
            if lengths[distinct] > length:
                tally[GROWN] += 1
            known = 0
            while known < distinct and not same(
                reducts[distinct], lengths[distinct], reducts[known], lengths[known]
            ):
                known += 1
            if known == distinct:
                found[distinct] = found[one]
                normal_lengths[distinct] = -2
                distinct += 1
        tally[FORKS] += distinct * (distinct - 1) // 2
        for one in range(1, distinct):
            for other in range(one):
                if given_up:
                    break
                if found[one, RULE] == UNROLL or found[other, RULE] == UNROLL:
                    tally[UNROLLED] += 1
                    left_length = developed(
                        term, length, ends, depths, found[one], found[other], budget,
                        shape, arity, results, left, spare, work,
                    )  # fmt: skip
                    right_length = developed(
                        term, length, ends, depths, found[other], found[one], budget,
                        shape, arity, results, right, spare, work,
                    )  # fmt: skip
                    joined = same(left, left_length, right, right_length)
                else:
                    # The normal form of each reduct is worked out once.
                    for each in (one, other):
                        if normal_lengths[each] == -2:
                            copied(reducts[each], 0, lengths[each], normal[each], 0)
                            normal_lengths[each] = normalised(
                                normal[each], lengths[each], budget, shape, arity, results, spare,
                                work[0], work[1], work[2],
                            )  # fmt: skip
                    left_length, right_length = normal_lengths[one], normal_lengths[other]
                    joined = same(normal[one], left_length, normal[other], right_length)
                if left_length < 0 or right_length < 0:
                    given_up = True
                elif not joined:
                    pair[0], pair[1] = other, one
                    return 1
        if given_up:
            if tally[LOST] < len(lost):
                lost[tally[LOST]] = rank
            tally[LOST] += 1
    tally[NEXT] = stop
    return 0
