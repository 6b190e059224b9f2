-- Adds two numbers in strokes, with a + between them.
halt: done
blank: _
tape: 111+11

seek 1 -> 1 R seek
seek + -> 1 R end
end 1 -> 1 R end
end _ -> _ L drop
drop 1 -> _ L done
