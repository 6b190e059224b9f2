#lang racket/base
;; The benchmark programs as Racket closures.
;; A line of input names a program; the answer is a line with its milliseconds and its result.

(define church2 (lambda (f) (lambda (x) (f (f x)))))
(define church3 (lambda (f) (lambda (x) (f (f (f x))))))
(define church4 (lambda (f) (lambda (x) (f (f (f (f x)))))))
(define church5 (lambda (f) (lambda (x) (f (f (f (f (f x))))))))
(define church6 (lambda (f) (lambda (x) (f (f (f (f (f (f x)))))))))
(define church7 (lambda (f) (lambda (x) (f (f (f (f (f (f (f x))))))))))
(define church8 (lambda (f) (lambda (x) (f (f (f (f (f (f (f (f x)))))))))))
(define church9 (lambda (f) (lambda (x) (f (f (f (f (f (f (f (f (f x))))))))))))
(define church20 (lambda (f) (lambda (x) (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f (f x)))))))))))))))))))))))

(define (successor n) (+ n 1))
(define (times m n) (lambda (f) (m (n f))))

(define (church-factorial)
  (define product
    (for/fold ([product church2])
              ([numeral (list church3 church4 church5 church6 church7 church8 church9)])
      (times numeral product)))
  ((product successor) 0))

(define (fib f n) (if (< n 2) n (+ (f f (- n 1)) (f f (- n 2)))))

(define (loop)
  (define cells (vector 10000000 0))
  (let next ()
    (unless (eqv? (vector-ref cells 0) 0)
      (vector-set! cells 1 (+ (vector-ref cells 1) (vector-ref cells 0)))
      (vector-set! cells 0 (- (vector-ref cells 0) 1))
      (next)))
  (vector-ref cells 1))

(define (tak x y z)
  (if (< y x) (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y)) z))

(define (ack m n)
  (cond [(eqv? m 0) (+ n 1)]
        [(eqv? n 0) (ack (- m 1) 1)]
        [else (ack (- m 1) (ack m (- n 1)))]))

(define (make depth)
  (if (eqv? depth 0)
      (lambda (leaf node) (leaf))
      (let* ([left (make (- depth 1))] [right (make (- depth 1))])
        (lambda (leaf node) (node left right)))))
(define (at-leaf) 1)
(define (at-node left right) (+ (count left) (count right) 1))
(define (count tree) (tree at-leaf at-node))

(define (trees)
  (for/fold ([total 0]) ([_ (in-range 100)])
    (+ total (count (make 14)))))

(define programs
  (hash "church-power" (lambda () (((church20 church2) successor) 0))
        "church-factorial" church-factorial
        "fib" (lambda () (fib fib 27))
        "loop" loop
        "tak" (lambda () (tak 24 16 8))
        "ack" (lambda () (ack 3 9))
        "trees" trees))

(for ([line (in-lines)])
  (define program (hash-ref programs line))
  (define start (current-inexact-milliseconds))
  (define result (program))
  (printf "~a ~a\n" (- (current-inexact-milliseconds) start) result)
  (flush-output))
