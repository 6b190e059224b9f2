X = X.
\+ p(X).
