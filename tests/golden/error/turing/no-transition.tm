halt: H
