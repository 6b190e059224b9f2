s --> np, vp.
