(** * What is claimed

    The definitions that a reader must trust, over the rational numbers: networks with the activation
    max(z, alpha z), margins, KKT points in the sense of Clarke, local and global minima of

        minimise  1/2 |theta|^2   subject to   y_i Phi(theta; x_i) >= 1  for all examples i

    (V Problem 2), or of the same with only a block of the parameters free (V Problem 4).
    Everything else in this folder is proved; nothing there needs to be read to know what is meant. *)

From Coq Require Import List QArith.
Import ListNotations.
Local Open Scope Q_scope.

(** ** Networks *)

(** An edge (p, s) multiplies parameter p by source s: source 0 is the constant 1 (so p is a bias),
    source j + 1 is value j of the layer before. A parameter may stand on many edges (shared
    weights); an edge that is not there is a structural zero. A unit is the list of its edges. *)
Definition edge := (nat * nat)%type.
Definition unit_ := list edge.

Record network := Network {
  hidden : list (list unit_);  (* layer by layer *)
  output : unit_;              (* one output, no activation *)
  alpha : Q                    (* the slope of the activation for z < 0: 0 for ReLU *)
}.

Definition total (l : list Q) : Q := fold_right Qplus 0 l.

Definition inner (u v : list Q) : Q :=
  total (map (fun ab => fst ab * snd ab) (combine u v)).

(** The pre-activation of a unit; [h] begins with the constant 1. *)
Definition pre (theta h : list Q) (row : unit_) : Q :=
  total (map (fun e => nth (fst e) theta 0 * nth (snd e) h 0) row).

Definition act (alpha z : Q) : Q := if Qle_bool 0 z then z else alpha * z.

Definition next (alpha : Q) (theta h : list Q) (layer : list unit_) : list Q :=
  1 :: map (fun row => act alpha (pre theta h row)) layer.

Definition phi (n : network) (theta x : list Q) : Q :=
  pre theta (fold_left (next (alpha n) theta) (hidden n) (1 :: x)) (output n).

(** ** The problem *)

Record problem := Problem {
  net : network;
  examples : list (Q * list Q);   (* label and input *)
  first : nat; past : nat         (* parameters number first, ..., past - 1 are free *)
}.

Definition free (P : problem) (p : nat) : Prop := (first P <= p < past P)%nat.

Definition feasible (P : problem) (theta : list Q) : Prop :=
  forall y x, In (y, x) (examples P) -> 1 <= y * phi (net P) theta x.

(** What theta competes with: the fixed parameters stay. *)
Definition competitor (P : problem) (theta theta' : list Q) : Prop :=
  length theta' = length theta /\
  (forall p, ~ free P p -> nth p theta' 0 == nth p theta 0) /\ feasible P theta'.

Definition square_distance (u v : list Q) : Q :=
  total (map (fun ab => (fst ab - snd ab) * (fst ab - snd ab)) (combine u v)).

Definition global_minimum (P : problem) (theta : list Q) : Prop :=
  feasible P theta /\
  forall theta', competitor P theta theta' -> inner theta theta <= inner theta' theta'.

Definition local_minimum (P : problem) (theta : list Q) : Prop :=
  feasible P theta /\ exists eps, 0 < eps /\
  forall theta', competitor P theta theta' -> square_distance theta' theta < eps ->
    inner theta theta <= inner theta' theta'.

(** ** KKT points *)

(** A selection gives every hidden unit a slope: 1 where z > 0, alpha where z < 0, and any number
    between them where z = 0. *)
Definition slope_at (alpha z s : Q) : Prop :=
  (0 < z -> s == 1) /\ (z < 0 -> s == alpha) /\ alpha <= s <= 1.

Fixpoint selection (a : Q) (theta h : list Q) (layers : list (list unit_)) (s : list (list Q))
  : Prop :=
  match layers, s with
  | [], [] => True
  | l :: layers', sl :: s' =>
      Forall2 (fun row v => slope_at a (pre theta h row) v) l sl /\
      selection a theta (next a theta h l) layers' s'
  | _, _ => False
  end.

(** The derivative of theta -> Phi(theta; x) in the direction d, by the chain rule with these
    slopes: [k] holds the derivatives of the values in [h]. *)
Fixpoint along (a : Q) (theta d : list Q) (out : unit_) (h k : list Q)
  (layers : list (list unit_)) (s : list (list Q)) : Q :=
  match layers, s with
  | l :: layers', sl :: s' =>
      along a theta d out (next a theta h l)
        (0 :: map (fun rv => snd rv * (pre theta k (fst rv) + pre d h (fst rv))) (combine l sl))
        layers' s'
  | _, _ => pre theta k out + pre d h out
  end.

Definition derivative (n : network) (theta x d : list Q) (s : list (list Q)) : Q :=
  along (alpha n) theta d (output n) (1 :: x) [] (hidden n) s.

(** A subgradient is a convex combination of such gradients: weights with selections. *)
Definition subgradient := list (Q * list (list Q)).

Definition convex (n : network) (theta x : list Q) (g : subgradient) : Prop :=
  total (map fst g) == 1 /\
  forall w s, In (w, s) g -> 0 <= w /\ selection (alpha n) theta (1 :: x) (hidden n) s.

Definition admissible (n : network) (theta : list Q) (example : Q * list Q)
  (m : Q * subgradient) : Prop :=
  let '(y, x) := example in let '(lambda, g) := m in
  0 <= lambda /\ (0 < lambda -> y * phi n theta x == 1 /\ convex n theta x g).

(** theta = sum_i lambda_i y_i g_i on the free parameters, said for every direction d. *)
Definition kkt (P : problem) (theta : list Q) : Prop :=
  feasible P theta /\
  exists multipliers, Forall2 (admissible (net P) theta) (examples P) multipliers /\
  forall d, length d = length theta -> (forall p, ~ free P p -> nth p d 0 == 0) ->
    inner theta d ==
    total (map (fun em => let '((y, x), (lambda, g)) := em in
      lambda * (y * total (map (fun ws => fst ws * derivative (net P) theta x d (snd ws)) g)))
      (combine (examples P) multipliers)).
