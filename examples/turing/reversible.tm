-- Turns the letters of a word round, a into b and b into a. Every situation has one predecessor, so the
-- dual finds the word again.
halt: done
blank: _
tape: aab

turn a -> b R turn
turn b -> a R turn
turn _ -> _ S done
