(** * The definitions say what they are meant to say

    [derivative] of [Specification] is the coefficient of t in Phi(theta + t d; x), where the slopes
    of a selection are those along the segment; so [kkt] is not about something else. *)

From Coq Require Import List QArith Lqa Setoid.
From ExactMargin Require Import Specification Soundness.
Import ListNotations.
Local Open Scope Q_scope.

Definition moved (theta d : list Q) (t : Q) : list Q :=
  map (fun ab => fst ab + t * snd ab) (combine theta d).

Inductive polynomial : (Q -> Q) -> Prop :=
| constant_ c : polynomial (fun _ => c)
| variable : polynomial (fun t => t)
| plus f g : polynomial f -> polynomial g -> polynomial (fun t => f t + g t)
| times f g : polynomial f -> polynomial g -> polynomial (fun t => f t * g t).

(** The network with slopes [s] for its activations. *)
Fixpoint frozen (theta : list Q) (out : unit_) (h : list Q) (layers : list (list unit_))
  (s : list (list Q)) : Q :=
  match layers, s with
  | l :: layers', sl :: s' =>
      frozen theta out (1 :: map (fun rv => snd rv * pre theta h (fst rv)) (combine l sl)) layers' s'
  | _, _ => pre theta h out
  end.

Definition alike (h h' : list Q) : Prop := forall j, nth j h 0 == nth j h' 0.

Lemma pre_alike theta h h' row : alike h h' -> pre theta h row == pre theta h' row.
Proof. intros A. apply total_ext. intros e _. now rewrite (A (snd e)). Qed.

Lemma act_slope a z s : slope_at a z s -> s * z == act a z.
Proof.
  intros (P & N & _). unfold act. destruct (Qle_bool 0 z) eqn:L.
  - apply Qle_bool_iff in L. destruct (Qlt_le_dec 0 z) as [H|H].
    + rewrite (P H). ring.
    + assert (Z : z == 0) by lra. rewrite Z. ring.
  - assert (H : z < 0).
    { apply Qnot_le_lt. intros H. apply Qle_bool_iff in H. congruence. }
    rewrite (N H). ring.
Qed.

Lemma act_alike a z z' : z == z' -> act a z == act a z'.
Proof. intros E. unfold act. rewrite E. destruct (Qle_bool 0 z'); now rewrite ?E. Qed.

Lemma layer_alike a theta h h' l sl : alike h h' ->
  Forall2 (fun row v => slope_at a (pre theta h row) v) l sl ->
  alike (next a theta h l) (1 :: map (fun rv => snd rv * pre theta h' (fst rv)) (combine l sl)).
Proof.
  intros A F [|j]; cbn [next nth]; [reflexivity|]. revert j.
  induction F as [|row v l sl S F IH]; intros [|j]; cbn [map combine nth fst snd]; try reflexivity.
  - rewrite <- (pre_alike _ _ _ _ A). symmetry. now apply act_slope.
  - apply IH.
Qed.

(** Where the selection has the slopes of the point, it is the network. *)
Theorem frozen_is_phi n theta x s :
  selection (alpha n) theta (1 :: x) (hidden n) s ->
  frozen theta (output n) (1 :: x) (hidden n) s == phi n theta x.
Proof.
  unfold phi. set (a := alpha n).
  enough (G : forall layers s h h', alike h h' -> selection a theta h layers s ->
    frozen theta (output n) h' layers s ==
    pre theta (fold_left (next a theta) layers h) (output n)).
  { apply G. intros j. reflexivity. }
  clear s. induction layers as [|l layers IH]; intros [|sl s] h h' A S; cbn in S; try tauto.
  - cbn. symmetry. now apply pre_alike.
  - destruct S as [F S]. cbn [frozen fold_left]. apply IH; [|exact S]. now apply layer_alike.
Qed.

Section Expansion.
  Context (a : Q) (theta d : list Q) (out : unit_).
  Hypothesis same_length : length d = length theta.

  Lemma nth_moved t p : nth p (moved theta d t) 0 == nth p theta 0 + t * nth p d 0.
  Proof.
    unfold moved. revert d same_length p. induction theta as [|b u IH]; intros [|c w]; cbn;
      intros L [|p]; try discriminate; cbn; try ring. apply IH. congruence.
  Qed.

  (** H(t) = h + t k + t^2 (...). *)
  Definition expands_to (b c : Q) (g : Q -> Q) : Prop :=
    exists rest, polynomial rest /\ forall t, g t == b + t * c + t * t * rest t.
  Definition expands (h k : list Q) (H : Q -> list Q) : Prop :=
    forall j, expands_to (nth j h 0) (nth j k 0) (fun t => nth j (H t) 0).

  Lemma pre_expands h k H row : expands h k H ->
    expands_to (pre theta h row) (pre theta k row + pre d h row)
      (fun t => pre (moved theta d t) (H t) row).
  Proof.
    intros X. unfold pre. induction row as [|e row (r & Pr & R)]; cbn [map].
    - exists (fun _ => 0). split; [constructor|]. intros t. unfold total. cbn. ring.
    - destruct (X (snd e)) as (q & Pq & E).
      set (b := nth (fst e) theta 0). set (c := nth (fst e) d 0). set (m := nth (snd e) k 0) in *.
      exists (fun t => (b * q t + (c * m + t * (c * q t))) + r t). split.
      { repeat (apply plus || apply times || apply constant_ || apply variable || assumption). }
      intros t. rewrite !total_cons, R, E, nth_moved. fold b c m. ring.
  Qed.

  Lemma frozen_expands layers : forall s h k H, expands h k H ->
    selection a theta h layers s ->
    exists value, frozen theta out h layers s == value /\
    expands_to value (along a theta d out h k layers s)
      (fun t => frozen (moved theta d t) out (H t) layers s).
  Proof.
    induction layers as [|l layers IH]; intros [|sl s] h k H X S; cbn in S; try tauto.
    - exists (pre theta h out). split; [reflexivity|]. now apply pre_expands.
    - destruct S as [F S]. cbn [frozen along].
      set (K := 0 :: map (fun rv => snd rv * (pre theta k (fst rv) + pre d h (fst rv)))
        (combine l sl)).
      destruct (IH s (next a theta h l) K (fun t => 1 :: map (fun rv =>
        snd rv * pre (moved theta d t) (H t) (fst rv)) (combine l sl))) as (value & V & Ex).
      + intros [|j].
        { exists (fun _ => 0). split; [constructor|]. intros t. cbn. ring. }
        cbn [nth next]. unfold K. cbn [nth]. clear IH S K. revert j.
        induction F as [|row v l sl Sl F IH]; intros [|j]; cbn [map combine nth fst snd];
          try (exists (fun _ => 0); split; [constructor|]; intros t; ring).
        * destruct (pre_expands h k H row X) as (r & Pr & R). exists (fun t => v * r t).
          split; [apply times; [constructor|exact Pr]|]. intros t.
          rewrite R, <- (act_slope _ _ _ Sl). ring.
        * apply IH.
      + exact S.
      + exists value. split; [|exact Ex]. rewrite <- V.
        assert (G : forall layers s h h', alike h h' ->
          frozen theta out h layers s == frozen theta out h' layers s).
        { clear. induction layers as [|l layers IH]; intros [|sl s] h h' A; cbn [frozen];
            try (now apply pre_alike).
          apply IH. intros [|j]; cbn [nth]; [reflexivity|]. revert j.
          generalize (combine l sl) as c. induction c as [|rv c IHc]; intros [|j]; cbn;
            try reflexivity; [|apply IHc]. now rewrite (pre_alike _ _ _ _ A). }
        apply G. intros j. symmetry. revert j. apply layer_alike; [|exact F]. intros j. reflexivity.
  Qed.
End Expansion.

(** Phi(theta + t d) = Phi(theta) + t derivative + t^2 (a polynomial), for all t for which the
    selection has the slopes of theta + t d, too. *)
Theorem derivative_is_first_order n theta x d s :
  length d = length theta -> selection (alpha n) theta (1 :: x) (hidden n) s ->
  exists rest, polynomial rest /\ forall t,
    selection (alpha n) (moved theta d t) (1 :: x) (hidden n) s ->
    phi n (moved theta d t) x == phi n theta x + t * derivative n theta x d s + t * t * rest t.
Proof.
  intros L S.
  destruct (frozen_expands (alpha n) theta d (output n) L (hidden n) s (1 :: x) [] (fun _ => 1 :: x))
    as (value & V & rest & Po & R); [|exact S|].
  - intros j. exists (fun _ => 0). split; [constructor|]. intros t. destruct j; cbn; [ring|].
    destruct j; ring.
  - exists rest. split; [exact Po|]. intros t St.
    rewrite <- (frozen_is_phi _ _ _ _ St), <- (frozen_is_phi _ _ _ _ S), V. apply R.
Qed.
