halt: done
scan 1 -> 1 R scan
scan 0 -> 1 R dome
