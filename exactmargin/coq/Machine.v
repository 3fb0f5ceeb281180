(** * What is computed

    Numbers come over common denominators: a list of integers whose head is the denominator of all
    of them (the constant 1 of [Specification]). One forward pass serves integers and polynomials in
    t, since only ring operations and two tests of signs occur. *)

From Coq Require Import List ZArith QArith Bool.
From ExactMargin Require Import Specification.
Import ListNotations.

Record ring (A : Type) := Ring {
  zero : A; add : A -> A -> A; mul : A -> A -> A; opp : A -> A;
  nonneg : A -> bool;     (* true only if >= 0 *)
  positive : A -> bool    (* true only if > 0 *)
}.
Arguments zero {A}. Arguments add {A}. Arguments mul {A}. Arguments opp {A}.
Arguments nonneg {A}. Arguments positive {A}.

Section Machine.
  Context {A : Type} (R : ring A).
  Notation "a + b" := (add R a b).
  Notation "a * b" := (mul R a b).
  Notation "- a" := (opp R a).

  Definition sum (l : list A) : A := fold_right (add R) (zero R) l.
  Definition dot (u v : list A) : A := sum (map (fun ab => fst ab * snd ab) (combine u v)).
  Definition scale (c : A) (v : list A) : list A := map (mul R c) v.
  Definition unit_of (h : list A) : A := hd (zero R) h.
  Definition less (a b : A) : bool := positive R (b + - a).
  Definition at_most (a b : A) : bool := nonneg R (b + - a).

  Fixpoint both {X Y : Type} (f : X -> Y -> bool) (l : list X) (k : list Y) : bool :=
    match l, k with
    | [], [] => true
    | a :: l', b :: k' => f a b && both f l' k'
    | _, _ => false
    end.

  (** Parameters [th] over the denominator [D]; slopes over [T], [a] that for z < 0. *)
  Record setting := Setting { D : A; T : A; a : A; th : list A }.
  Context (S : setting).

  (** A wire (w, s): an edge with its weight, which is looked up once for all examples. *)
  Definition wire := (A * nat)%type.
  Definition wires (th : list A) (row : unit_) : list wire :=
    map (fun e => (nth (fst e) th (zero R), snd e)) row.
  Definition flow (h : list A) (row : list wire) : A :=
    sum (map (fun e => fst e * nth (snd e) h (zero R)) row).
  Definition weigh (th h : list A) (row : unit_) : A := flow h (wires th row).

  Definition wired (n : network) : list (list (list wire)) * list wire :=
    (map (map (wires (th S))) (hidden n), wires (th S) (output n)).

  Definition active (z : A) : option A :=
    if nonneg R z then Some (T S * z)
    else if nonneg R (- z) then Some (a S * z) else None.

  Fixpoint each {X Y : Type} (f : X -> option Y) (l : list X) : option (list Y) :=
    match l with
    | [] => Some []
    | b :: l' => match f b, each f l' with
                 | Some c, Some k => Some (c :: k)
                 | _, _ => None
                 end
    end.

  (** The values after those in [h], from pre-activations. *)
  Definition activate (h zs : list A) : option (list A) :=
    match each active zs with
    | Some values => Some (T S * (D S * unit_of h) :: values)
    | None => None
    end.

  Definition step (h : list A) (layer : list unit_) : option (list A) :=
    activate h (map (weigh (th S) h) layer).

  (** Pre-activations and values of each layer, and the last values. *)
  Fixpoint forward (h : list A) (layers : list (list (list wire)))
    : option (list (list A * list A) * list A) :=
    match layers with
    | [] => Some ([], h)
    | l :: layers' =>
        let zs := map (flow h) l in
        match activate h zs with
        | Some h' => match forward h' layers' with
                     | Some (t, last) => Some ((zs, h') :: t, last)
                     | None => None
                     end
        | None => None
        end
    end.

  (** y Phi(theta; x) over a denominator, with that denominator, from the last values. *)
  Definition margin_of (out : list wire) (y : A) (last : list A) : A * A :=
    (y * flow last out, D S * unit_of last).

  Definition margin_in (w : list (list (list wire)) * list wire) (y : A) (h : list A)
    : option (A * A) :=
    match forward h (fst w) with
    | Some (_, last) => Some (margin_of (snd w) y last)
    | None => None
    end.

  Definition margin (n : network) : A -> list A -> option (A * A) := margin_in (wired n).

  (** Examples: label and input, the input after its denominator. *)
  Definition feasible_here (n : network) (data : list (A * list A)) : bool :=
    let w := wired n in
    forallb (fun e => match margin_in w (fst e) (snd e) with
                      | Some (m, c) => at_most c m
                      | None => false
                      end) data.

  (** The parameters have a smaller norm than those of another setting. *)
  Definition smaller (old : setting) : bool :=
    less (D old * D old * dot (th S) (th S)) (D S * D S * dot (th old) (th old)).
End Machine.
Arguments setting : clear implicits.
Arguments wire : clear implicits.
Arguments Setting {A}.
Arguments D {A}. Arguments T {A}. Arguments a {A}. Arguments th {A}.

(** ** The two rings *)

Definition integers : ring Z :=
  Ring Z 0%Z Z.add Z.mul Z.opp (Z.leb 0) (Z.ltb 0).

(** Polynomials in t with integer coefficients, lowest first, for t in (0, 1]. Their signs by
    prefix sums: p(t) = sum_j s_j (t^j - t^(j+1)) + s_last t^last with s_j = p_0 + ... + p_j, and no
    factor is negative (Abel). Any polynomial that is positive for all small t > 0 passes
    after t -> t_0 t with t_0 small enough. *)
Definition poly := list Z.

Fixpoint padd (p q : poly) : poly :=
  match p, q with
  | [], _ => q
  | _, [] => p
  | b :: p', c :: q' => (b + c)%Z :: padd p' q'
  end.

Definition pscale (c : Z) (p : poly) : poly := map (Z.mul c) p.

Fixpoint pmul (p q : poly) : poly :=
  match p with
  | [] => []
  | b :: p' => padd (pscale b q) (0%Z :: pmul p' q)
  end.

Fixpoint prefixes (ok : Z -> bool) (s : Z) (p : poly) : bool :=
  match p with
  | [] => true
  | b :: p' => ok (s + b)%Z && prefixes ok (s + b)%Z p'
  end.

Definition pnonneg (p : poly) : bool := prefixes (Z.leb 0) 0 p.
Definition ppositive (p : poly) : bool := pnonneg p && (0 <? fold_right Z.add 0 p)%Z.

Definition polynomials : ring poly :=
  Ring poly [] padd pmul (map Z.opp) pnonneg ppositive.

(** ** Integers for the rational numbers of a problem *)

Definition over (d : Z) (qs : list Q) (ns : list Z) : bool :=
  both (fun q n => Z.eqb (Qnum q * d) (n * QDen q)) qs ns.

(** The integer for q over d, a multiple of its denominator; and those of a problem. *)
Definition whole (d : Z) (q : Q) : Z := (Qnum q * (d / QDen q))%Z.

Definition setting_of (P : problem) (theta : list Q) (d t : Z) : setting Z :=
  Setting d t (whole t (alpha (net P))) (map (whole d) theta).

(** Each input over its denominator in [ds]. *)
Definition data_of (P : problem) (ds : list Z) : list (Z * list Z) :=
  map (fun ed => let '((y, x), d) := ed in (whole 1 y, d :: map (whole d) x))
    (combine (examples P) ds).

Definition same_data (P : problem) (data : list (Z * list Z)) : bool :=
  both (fun e g => Z.eqb (Qnum (fst e)) (fst g * QDen (fst e))
                   && (0 <? hd 0 (snd g))%Z && over (hd 0%Z (snd g)) (1%Q :: snd e) (snd g))
    (examples P) data.

Definition same_setting (P : problem) (theta : list Q) (S : setting Z) : bool :=
  (0 <? D S)%Z && (0 <? T S)%Z && Z.eqb (Qnum (alpha (net P)) * T S) (a S * QDen (alpha (net P)))
  && over (D S) theta (th S).

Definition is_fixed (P : problem) (p : nat) : bool := (p <? first P)%nat || (past P <=? p)%nat.

(** Lists of the same length that agree, as [same] says, at the fixed parameters. *)
Definition agree {X Y : Type} (P : problem) (same : X -> Y -> bool) (l : list X) (k : list Y)
  : bool :=
  both (fun px c => negb (is_fixed P (fst px)) || same (snd px) c)
    (combine (seq 0 (length l)) l) k.

(** ** A better point *)

Definition better (P : problem) (theta theta' : list Q) (S S' : setting Z)
  (data : list (Z * list Z)) : bool :=
  same_data P data && same_setting P theta S && same_setting P theta' S'
  && agree P Qeq_bool theta theta' && feasible_here integers S' (net P) data
  && smaller integers S' S.

(** ** A curve of better points: numerators [th C] over the denominator [D C], for t in (0, 1] *)

Definition constant (n : Z) : poly := [n].
Definition constants (S : setting Z) : setting poly :=
  Setting (constant (D S)) (constant (T S)) (constant (a S)) (map constant (th S)).

Definition starts_at (d : poly) (q : Q) (p : poly) : bool :=
  Z.eqb (Qnum q * hd 0%Z d) (hd 0%Z p * QDen q).

Definition stays_at (d : poly) (q : Q) (p : poly) : bool :=
  forallb (Z.eqb 0) (padd (pscale (Qnum q) d) (pscale (- QDen q) p)).

Definition descent (P : problem) (theta : list Q) (S : setting Z) (C : setting poly)
  (data : list (Z * list Z)) : bool :=
  same_data P data && same_setting P theta S
  && prefixes (Z.leb 1) 0 (D C) && negb (length (D C) =? 0)%nat
  && both Z.eqb [T S] (T C) && both Z.eqb [a S] (a C)
  && both (starts_at (D C)) theta (th C) && agree P (stays_at (D C)) theta (th C)
  && feasible_here polynomials C (net P) (map (fun e => (constant (fst e), map constant (snd e))) data)
  && smaller polynomials C (constants S).
