// Normalisation by evaluation of λ-terms, as in any textbook: closures of the host, call by name with
// remembered arguments. It recurses, so it runs in a worker with a large stack.
// Prints, for each term, a line with its milliseconds (the best of three) and the size of its normal form.
"use strict";
const { Worker, isMainThread } = require("worker_threads");

const v = (x) => ({ t: "var", x });
const l = (x, b) => ({ t: "lam", x, b });
const a = (f, ...xs) => xs.reduce((f, x) => ({ t: "app", f, x }), f);

const delay = (make) => {
  let value;
  return () => (value === undefined ? (value = make()) : value);
};

const evaluate = (term, env) => {
  switch (term.t) {
    case "var": {
      for (let e = env; ; e = e.next) if (e.x === term.x) return e.value();
    }
    case "lam":
      return { f: (value) => evaluate(term.b, { x: term.x, value, next: env }) };
    default: {
      const f = evaluate(term.f, env);
      const argument = delay(() => evaluate(term.x, env));
      return f.f ? f.f(argument) : { head: f, argument };
    }
  }
};

let names = 0;
const readBack = (value) => {
  if (value.f) {
    const x = "x" + names++;
    return l(x, readBack(value.f(() => ({ name: x }))));
  }
  if (value.name) return v(value.name);
  return a(readBack(value.head), readBack(value.argument()));
};

const size = (term) => {
  let count = 0;
  const stack = [term];
  while (stack.length) {
    const top = stack.pop();
    count++;
    if (top.t === "lam") stack.push(top.b);
    if (top.t === "app") stack.push(top.f, top.x);
  }
  return count;
};

const church = (n) => {
  let body = v("x");
  for (let i = 0; i < n; i++) body = a(v("f"), body);
  return l("f", l("x", body));
};
const pair = l("a", l("b", l("s", a(v("s"), v("a"), v("b")))));
const first = l("p", a(v("p"), l("a", l("b", v("a")))));
const second = l("p", a(v("p"), l("a", l("b", v("b")))));
const successor = l("n", l("f", l("x", a(v("f"), a(v("n"), v("f"), v("x"))))));
const times = l("m", l("n", l("f", a(v("m"), a(v("n"), v("f"))))));
const next = l(
  "p",
  a(pair, a(successor, a(first, v("p"))), a(times, a(first, v("p")), a(second, v("p")))),
);
const factorial = (n) => a(second, a(church(n), next, a(pair, church(1), church(1))));

const main = () => {
  for (const term of [a(church(16), church(2)), factorial(6)]) {
    let best = Infinity;
    let normal;
    for (let i = 0; i < 3; i++) {
      const begin = process.hrtime.bigint();
      normal = readBack(evaluate(term, null));
      best = Math.min(best, Number(process.hrtime.bigint() - begin) / 1e6);
    }
    console.log(best.toFixed(3), size(normal));
  }
};

if (isMainThread) new Worker(__filename, { resourceLimits: { stackSizeMb: 900 } });
else main();
