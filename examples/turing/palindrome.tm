-- Halts in yes on palindromes of a and b, in no on other words.
start: first
halt: yes, no
blank: _
tape: abba

first a -> _ R goa
first b -> _ R gob
first _ -> _ S yes
goa a -> a R goa
goa b -> b R goa
goa _ -> _ L isa
gob a -> a R gob
gob b -> b R gob
gob _ -> _ L isb
isa a -> _ L back
isa b -> b S no
isa _ -> _ S yes
isb b -> _ L back
isb a -> a S no
isb _ -> _ S yes
back a -> a L back
back b -> b L back
back _ -> _ R first
