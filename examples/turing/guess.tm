-- Nondeterministic: writes two letters, each a or b, or none.
halt: done
blank: _

first _ -> a R second
first _ -> b R second
first _ -> _ S done
second _ -> a S done
second _ -> b S done
