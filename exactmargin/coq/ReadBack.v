(** * What Coq holds, as one list of integers

    Printed by [Eval] and compared with the certificate: so a number that was written wrongly is found,
    although Coq accepts a true theorem about another problem. *)

From Coq Require Import List ZArith QArith.
From ExactMargin Require Import Specification.
Import ListNotations.

Definition show_list {X : Type} (f : X -> list Z) (l : list X) : list Z :=
  Z.of_nat (length l) :: flat_map f l.
Definition show_q (q : Q) : list Z := [Qnum q; QDen q].
Definition show_unit : unit_ -> list Z :=
  show_list (fun e => [Z.of_nat (fst e); Z.of_nat (snd e)]).

Definition show (P : problem) (theta : list Q) : list Z :=
  show_list (show_list show_unit) (hidden (net P)) ++ show_unit (output (net P))
  ++ show_q (alpha (net P))
  ++ show_list (fun e => show_q (fst e) ++ show_list show_q (snd e)) (examples P)
  ++ [Z.of_nat (first P); Z.of_nat (past P)] ++ show_list show_q theta.
