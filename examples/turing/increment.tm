-- Adds one to a binary number; the head ends on its first digit.
start: right
halt: done
blank: _
tape: 1011

right 0 -> 0 R right
right 1 -> 1 R right
right _ -> _ L carry
carry 1 -> 0 L carry
carry 0 -> 1 L left
carry _ -> 1 L left
left 0 -> 0 L left
left 1 -> 1 L left
left _ -> _ R done
