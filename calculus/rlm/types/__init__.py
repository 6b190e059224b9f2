"""Types of λ-RLM: Text, Int, Bool, List a, Pair a b, a -> b, and a ~> b for what may call the oracle."""
