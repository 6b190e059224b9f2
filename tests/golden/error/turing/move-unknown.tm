A 0 -> 1 X A
