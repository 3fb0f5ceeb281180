(** * The text of a certificate: how its numbers are written, and how they are read back

    A large number is kept as its decimal digits, and becomes an integer where one is computed with:
    binary digits would be three times as many, to be read one by one. *)

From Coq Require Import List ZArith QArith.
From ExactMargin Require Import Specification.
Import ListNotations.

#[global] Set Warnings "-abstract-large-number".
Number Notation Z Z.of_num_int Z.to_num_int (abstract after 100) : Z_scope.

Definition fraction (nd : Z * Z) : Q := fst nd # Z.to_pos (snd nd).
Definition example (e : (Z * Z) * list (Z * Z)) : Q * list Q := (fraction (fst e), map fraction (snd e)).

(** A unit by runs of edges: [((p, s), n)] is (p, s), (p + 1, s + 1), ..., n edges. *)
Definition run (r : Z * Z * Z) : unit_ :=
  let '(p, s, n) := r in
  combine (seq (Z.to_nat p) (Z.to_nat n)) (seq (Z.to_nat s) (Z.to_nat n)).
Definition edges : list (Z * Z * Z) -> unit_ := flat_map run.

(** What Coq holds, as one list of integers. Printed by [Eval] and compared with the certificate: so
    a number that was written wrongly is found, although Coq accepts a true theorem about another
    problem. *)
Definition show_list {X : Type} (f : X -> list Z) (l : list X) : list Z :=
  Z.of_nat (length l) :: flat_map f l.
Definition show_q (q : Q) : list Z := [Qnum q; QDen q].
Definition show_unit : unit_ -> list Z :=
  show_list (fun e => [Z.of_nat (fst e); Z.of_nat (snd e)]).

Definition show (P : problem) (theta : list Q) : list Number.int :=
  map Z.to_num_int (
    show_list (show_list show_unit) (hidden (net P)) ++ show_unit (output (net P))
    ++ show_q (alpha (net P))
    ++ show_list (fun e => show_q (fst e) ++ show_list show_q (snd e)) (examples P)
    ++ [Z.of_nat (first P); Z.of_nat (past P)] ++ show_list show_q theta).
