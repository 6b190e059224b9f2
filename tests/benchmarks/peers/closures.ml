(* The benchmark programs in OCaml.
   A line of input names a program; the answer is a line with its milliseconds and its result. *)

let church2 = fun f x -> f (f x)
let church3 = fun f x -> f (f (f x))
let church4 = fun f x -> f (f (f (f x)))
let church5 = fun f x -> f (f (f (f (f x))))
let church6 = fun f x -> f (f (f (f (f (f x)))))
let church7 = fun f x -> f (f (f (f (f (f (f x))))))
let church8 = fun f x -> f (f (f (f (f (f (f (f x)))))))
let church9 = fun f x -> f (f (f (f (f (f (f (f (f x))))))))
let church20 = fun f x -> f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f x)))))))))))))))))))

let successor n = n + 1
let times m n f = m (n f)

let church_power () = church20 church2 successor (Sys.opaque_identity 0)

let church_factorial () =
  let product =
    List.fold_left (fun product numeral -> times numeral product) church2
      [ church3; church4; church5; church6; church7; church8; church9 ] in
  product successor (Sys.opaque_identity 0)

type self = Self of (self -> int -> int)

let fib (Self f as self) n = if n < 2 then n else f self (n - 1) + f self (n - 2)

let loop () =
  let cells = Sys.opaque_identity [| 10_000_000; 0 |] in
  while cells.(0) <> 0 do
    cells.(1) <- cells.(1) + cells.(0);
    cells.(0) <- cells.(0) - 1
  done;
  cells.(1)

let rec tak x y z =
  if (y : int) < x then tak (tak (x - 1) y z) (tak (y - 1) z x) (tak (z - 1) x y) else z

let rec ack m n =
  if m = 0 then n + 1 else if n = 0 then ack (m - 1) 1 else ack (m - 1) (ack m (n - 1))

type tree = Tree of ((unit -> int) -> (tree -> tree -> int) -> int)

let rec make depth =
  if depth = 0 then Tree (fun leaf _ -> leaf ())
  else
    let left = make (depth - 1) in
    let right = make (depth - 1) in
    Tree (fun _ node -> node left right)

let at_leaf () = 1
let rec count (Tree tree) = tree at_leaf at_node
and at_node left right = count left + count right + 1

let trees () =
  let total = ref 0 in
  for _ = 1 to 100 do total := !total + count (make 14) done;
  !total

let programs = [
  "church-power", church_power;
  "church-factorial", church_factorial;
  "fib", (fun () -> Sys.opaque_identity fib (Self fib) 27);
  "loop", loop;
  "tak", (fun () -> tak (Sys.opaque_identity 24) 16 8);
  "ack", (fun () -> ack (Sys.opaque_identity 3) 9);
  "trees", trees;
]

let () =
  try
    while true do
      let program = List.assoc (String.trim (input_line stdin)) programs in
      let start = Unix.gettimeofday () in
      let result = program () in
      Printf.printf "%.4f %d\n%!" ((Unix.gettimeofday () -. start) *. 1e3) result
    done
  with End_of_file -> ()
