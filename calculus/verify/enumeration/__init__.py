"""All terms up to a size over a stated signature, one for each way to name what is bound, by rank.

`space(size, …)` in the module of each calculus gives them as a `calculus.verify.enumeration.ranked.Space`, of
which any range can be listed at once, so that an exhaustive campaign is split, stopped and resumed as one
likes.
"""
