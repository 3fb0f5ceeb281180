(** * What is claimed of all real parameters: minima, and second derivatives

    [Specification] has rational numbers, which is enough where something exists. That no better
    point exists is said here of real parameters theta; the network and the examples stay rational.
    The definitions are those of [Specification], word for word, with R for Q; the last two are new. *)

From Coq Require Import List QArith Rbase.
From ExactMargin Require Import Specification.
Import ListNotations.
Local Open Scope R_scope.

Definition total (l : list R) : R := fold_right Rplus 0 l.

Definition inner (u v : list R) : R :=
  total (map (fun ab => fst ab * snd ab) (combine u v)).

Definition pre (theta h : list R) (row : unit_) : R :=
  total (map (fun e => nth (fst e) theta 0 * nth (snd e) h 0) row).

Definition act (alpha z : R) : R := if Rle_dec 0 z then z else alpha * z.

Definition next (alpha : R) (theta h : list R) (layer : list unit_) : list R :=
  1 :: map (fun row => act alpha (pre theta h row)) layer.

Definition phi (n : network) (theta x : list R) : R :=
  pre theta (fold_left (next (Q2R (alpha n)) theta) (hidden n) (1 :: x)) (output n).

Definition feasible (P : problem) (theta : list R) : Prop :=
  forall y x, In (y, x) (examples P) -> 1 <= Q2R y * phi (net P) theta (map Q2R x).

Definition competitor (P : problem) (theta theta' : list R) : Prop :=
  length theta' = length theta /\
  (forall p, ~ free P p -> nth p theta' 0 = nth p theta 0) /\ feasible P theta'.

Definition square_distance (u v : list R) : R :=
  total (map (fun ab => (fst ab - snd ab) * (fst ab - snd ab)) (combine u v)).

Definition global_minimum (P : problem) (theta : list R) : Prop :=
  feasible P theta /\
  forall theta', competitor P theta theta' -> inner theta theta <= inner theta' theta'.

Definition local_minimum (P : problem) (theta : list R) : Prop :=
  feasible P theta /\ exists eps, 0 < eps /\
  forall theta', competitor P theta theta' -> square_distance theta' theta < eps ->
    inner theta theta <= inner theta' theta'.

(** ** Second derivatives *)

Definition shifted (theta : list R) (p : nat) (t : R) : list R :=
  map (fun iq => if (fst iq =? p)%nat then snd iq + t else snd iq)
    (combine (seq 0 (length theta)) theta).

(** At every point near theta Phi is affine along every axis: its second derivative in every single
    parameter is 0 there, and with it the trace of the Hessian. *)
Definition zero_diagonal (n : network) (theta x : list R) : Prop :=
  exists eps, 0 < eps /\
  forall theta', length theta' = length theta -> square_distance theta' theta < eps ->
  forall p, (p < length theta)%nat -> exists c delta, 0 < delta /\
  forall t, - delta < t < delta -> phi n (shifted theta' p t) x = phi n theta' x + t * c.
