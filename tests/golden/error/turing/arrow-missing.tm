A 0 1 R A
