"""From Prolog to the RMC: goals wait on the stack `g`, each wrapped, and an iteration over all clauses runs
them.

    clause   H :- P₁, …, Pᵢ, B₁, …, Bₙ.   ex x̄. g<Goal(H)>; P₁; …; Pᵢ; [Goal(Bₙ)]g; …; [Goal(B₁)]g
    query    ?- P₁, …, Pᵢ, B₁, …, Bₙ.     ex x̄. [Done]g; P₁; …; Pᵢ; [Goal(Bₙ)]g; …; [Goal(B₁)]g;
                                          (C₁ + … + Cₖ)*; g<Done>; [x₁]; …; [xₘ]

`P` are the built-in goals (`=`, `is`, comparisons, `true`, `fail`) that stand before the first other goal:
tests and relations, run in place. A run of built-in goals that comes later, or a disjunction, is a goal
`Goal(Name1''(x̄))` of its own: its arguments are distinct variables, and its clauses (one for each
alternative), which have the same shape, come after all others. Sequences and sums nest to the right; the
variables of a clause, those for intermediate results among them, are bound at its front. `X is E` computes
into a new variable that is then tested against `X`, unless `X` has not occurred before.

Every value on `g` is `Done` or `Goal(…)`. Constructors with two primes belong to the translation alone.
"""
