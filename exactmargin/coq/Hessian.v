(** * The Hessian has a zero diagonal

    Away from kinks all pre-activations are affine along an axis, near a point, as long as the parameter
    stands in one layer only; so no unit changes its side there. And all points near theta are away from
    kinks, if theta is. *)

From Coq Require Import List ZArith QArith Rbase Rbasic_fun Qreals Lra Lia Bool.
From ExactMargin Require Import Specification Machine Soundness Minima SpecificationR Real.
Import ListNotations.

(** ** What is computed *)

Fixpoint no_kink (S : setting Z) (h : list Z) (layers : list (list unit_)) : bool :=
  match layers with
  | [] => true
  | l :: layers' =>
      forallb (fun row => negb (weigh integers (th S) h row =? 0)%Z || (a S =? T S)%Z) l
      && match step integers S h l with Some h' => no_kink S h' layers' | None => false end
  end.

Definition parameters_of (layer : list unit_) : list nat := map fst (concat layer).

Fixpoint apart (ls : list (list nat)) : bool :=
  match ls with
  | [] => true
  | l :: rest => forallb (fun p => negb (existsb (Nat.eqb p) (concat rest))) l && apart rest
  end.

Definition has_zero_diagonal (P : problem) (theta : list Q) (i : nat) (S : setting Z)
  (data : list (Z * list Z)) : bool :=
  same_data P data && same_setting P theta S && (i <? length data)%nat
  && apart (map parameters_of (hidden (net P) ++ [[output (net P)]]))
  && no_kink S (snd (nth i data (0%Z, []))) (hidden (net P)).

(** ** What it shows *)

Local Open Scope R_scope.

Lemma nth_shifted theta p t q : (p < length theta)%nat ->
  nth q (shifted theta p t) 0 = nth q theta 0 + t * (if Nat.eqb q p then 1 else 0).
Proof.
  unfold shifted. intros L.
  enough (G : forall o, (o <= p < o + length theta)%nat ->
    nth q (map (fun iq => if (fst iq =? p)%nat then snd iq + t else snd iq)
      (combine (seq o (length theta)) theta)) 0 =
    nth q theta 0 + t * (if (o + q =? p)%nat then 1 else 0)) by (apply (G 0%nat); lia).
  clear L. revert q. induction theta as [|b u IH]; cbn [length seq combine map]; intros q o L; [lia|].
  destruct q as [|q]; cbn [nth fst snd].
  - rewrite Nat.add_0_r. destruct (o =? p)%nat; ring.
  - destruct (Nat.eq_dec o p) as [->|N].
    + assert (F : forall o', (p < o')%nat -> forall q, nth q (map (fun iq =>
        if (fst iq =? p)%nat then snd iq + t else snd iq) (combine (seq o' (length u)) u)) 0 =
        nth q u 0).
      { clear. induction u as [|c u IH]; cbn; intros o' L [|q]; try reflexivity.
        - cbn. replace (o' =? p)%nat with false by (symmetry; apply Nat.eqb_neq; lia). reflexivity.
        - cbn. apply IH. lia. }
      rewrite F by lia. replace (p + Datatypes.S q =? p)%nat with false
        by (symmetry; apply Nat.eqb_neq; lia). ring.
    + rewrite IH by lia. now replace (o + Datatypes.S q)%nat with (Datatypes.S o + q)%nat by lia.
Qed.

Section Axis.
  Context (al : R) (theta : list R) (p : nat).
  Hypothesis inside : (p < length theta)%nat.

  (** g(t) = b + t c for |t| < eps; without [moving], c is 0. *)
  Definition affine (moving : bool) (eps b : R) (g : R -> R) : Prop :=
    exists c, (moving = false -> c = 0) /\
    forall t, - eps < t -> t < eps -> g t = b + t * c.
  Definition values_affine (moving : bool) (eps : R) (h : list R) (H : R -> list R) : Prop :=
    forall j, affine moving eps (nth j h 0) (fun t => nth j (H t) 0).

  Definition avoids (l : list nat) : Prop := ~ In p l.

  Lemma pre_affine moving moving' eps h H row :
    values_affine moving eps h H ->
    (moving = true -> moving' = true /\ avoids (map fst row)) ->
    (moving' = false -> avoids (map fst row)) ->
    affine moving' eps (pre theta h row) (fun t => pre (shifted theta p t) (H t) row).
  Proof.
    intros X M N. unfold pre. induction row as [|e row IH]; cbn [map].
    - exists 0. split; [reflexivity|]. intros t _ _. unfold total. cbn. ring.
    - destruct IH as (c & C & R).
      { intros E. destruct (M E) as [M' A]. split; auto. intros I. apply A. now right. }
      { intros E I. apply (N E). now right. }
      destruct (X (snd e)) as (k & K & Y).
      set (s := if Nat.eqb (fst e) p then 1 else 0).
      assert (S0 : avoids (map fst (e :: row)) -> s = 0).
      { intros A. unfold s. destruct (Nat.eqb_spec (fst e) p) as [E|_]; [|reflexivity].
        exfalso. apply A. now left. }
      exists (nth (fst e) theta 0 * k + s * nth (snd e) h 0 + c). split.
      + intros E. rewrite (C E), (S0 (N E)).
        destruct moving; [destruct (M eq_refl); congruence|]. rewrite (K eq_refl). ring.
      + intros t T0 T1. unfold total in *. cbn [fold_right map].
        rewrite (R t T0 T1), (Y t T0 T1), nth_shifted by exact inside.
        fold s. assert (Z0 : s * k = 0).
        { destruct moving; [rewrite (S0 (proj2 (M eq_refl)))|rewrite (K eq_refl)]; ring. }
        transitivity (nth (fst e) theta 0 * nth (snd e) h 0 +
          t * (nth (fst e) theta 0 * k + s * nth (snd e) h 0) + t * t * (s * k) +
          (fold_right Rplus 0 (map (fun e => nth (fst e) theta 0 * nth (snd e) h 0) row) + t * c));
          [ring|].
        rewrite Z0. ring.
  Qed.

  Lemma affine_less moving eps eps' b g : eps' <= eps -> affine moving eps b g -> affine moving eps' b g.
  Proof.
    intros L (c & C & R). exists c. split; [exact C|]. intros t T0 T1. apply R; lra.
  Qed.

  Lemma act_of b : (0 < b -> act al b = b) /\ (b < 0 -> act al b = al * b).
  Proof. unfold act. destruct (Rle_dec 0 b); split; intros; lra. Qed.

  Lemma act_affine moving eps b g : 0 < eps -> (b <> 0 \/ al = 1) -> affine moving eps b g ->
    exists eps', 0 < eps' /\ eps' <= eps /\ affine moving eps' (act al b) (fun t => act al (g t)).
  Proof.
    intros E [N|One] (c & C & G).
    - set (m := Rabs b / (Rabs c + 1)). pose proof (Rabs_pos c) as C0.
      assert (B0 : 0 < Rabs b) by now apply Rabs_pos_lt.
      assert (M0 : 0 < m) by (apply Rdiv_lt_0_compat; lra).
      assert (Mc : m * (Rabs c + 1) = Rabs b) by (unfold m; field; lra).
      exists (Rmin eps m). split; [now apply Rmin_glb_lt|]. split; [apply Rmin_l|].
      pose proof (Rmin_l eps m). pose proof (Rmin_r eps m).
      set (w := Rmin eps m) in *. clearbody w.
      assert (Small : forall t, - w < t -> t < w -> - Rabs b < t * c /\ t * c < Rabs b).
      { intros t T0 T1. apply and_comm, Rabs_def2. rewrite Rabs_mult, <- Mc.
        assert (Rabs t < m) by (apply Rabs_def1; lra). nra. }
      destruct (Rlt_le_dec 0 b) as [P|P].
      + rewrite (Rabs_pos_eq b) in Small by lra.
        exists c. split; [exact C|]. intros t T0 T1. destruct (Small t T0 T1) as [S1 S2].
        rewrite (G t) by lra. rewrite (proj1 (act_of (b + t * c))), (proj1 (act_of b)); lra.
      + assert (P' : b < 0) by (destruct (Req_dec b 0); [contradiction|lra]).
        rewrite (Rabs_left b) in Small by lra.
        exists (al * c). split; [intros F; rewrite (C F); ring|]. intros t T0 T1.
        destruct (Small t T0 T1) as [S1 S2].
        rewrite (G t) by lra. rewrite (proj2 (act_of (b + t * c))), (proj2 (act_of b)); lra.
    - assert (Id : forall z, act al z = z).
      { intros z. unfold act. rewrite One. destruct (Rle_dec 0 z); ring. }
      exists eps. split; [exact E|]. split; [lra|]. exists c. split; [exact C|].
      intros t T0 T1. rewrite !Id. now apply G.
  Qed.

  Lemma next_affine moving moving' eps h H l :
    0 < eps -> values_affine moving eps h H ->
    (moving = true -> moving' = true /\ avoids (parameters_of l)) ->
    (moving' = false -> avoids (parameters_of l)) ->
    (forall row, In row l -> pre theta h row <> 0 \/ al = 1) ->
    exists eps', 0 < eps' /\
      values_affine moving' eps' (next al theta h l) (fun t => next al (shifted theta p t) (H t) l).
  Proof.
    intros E X. unfold next. induction l as [|row l IH]; intros M N K.
    - exists eps. split; [exact E|]. intros j. exists 0. split; [reflexivity|]. intros t _ _.
      destruct j as [|[|j]]; cbn; ring.
    - assert (Sub : avoids (parameters_of (row :: l)) -> avoids (map fst row) /\ avoids (parameters_of l)).
      { unfold avoids, parameters_of. cbn [concat]. rewrite map_app. intros A.
        split; intros I; apply A; apply in_or_app; auto. }
      destruct IH as (e1 & E1 & Y).
      { intros F. destruct (M F) as [M' A]. split; [exact M'|]. now apply Sub. }
      { intros F. now apply Sub, N. }
      { intros r I. apply K. now right. }
      assert (Pa : affine moving' eps (pre theta h row) (fun t => pre (shifted theta p t) (H t) row)).
      { apply pre_affine with moving; [exact X| |].
        - intros F. destruct (M F) as [M' A]. split; [exact M'|]. now apply Sub.
        - intros F. now apply Sub, N. }
      apply act_affine in Pa as (e2 & E2 & _ & Z); [|exact E|apply K; now left].
      exists (Rmin e1 e2). split; [now apply Rmin_glb_lt|].
      pose proof (Rmin_l e1 e2). pose proof (Rmin_r e1 e2). intros [|[|j]]; cbn [map nth].
      + exists 0. split; [reflexivity|]. intros. ring.
      + now apply affine_less with e2.
      + apply affine_less with e1; [assumption|]. exact (Y (Datatypes.S j)).
  Qed.

  Fixpoint smooth (h : list R) (layers : list (list unit_)) : Prop :=
    match layers with
    | [] => True
    | l :: layers' => (forall row, In row l -> pre theta h row <> 0 \/ al = 1) /\
        smooth (next al theta h l) layers'
    end.

  Lemma output_affine out layers : forall moving eps h H,
    0 < eps -> values_affine moving eps h H -> smooth h layers ->
    apart (map parameters_of (layers ++ [[out]])) = true ->
    (moving = true -> avoids (concat (map parameters_of (layers ++ [[out]])))) ->
    exists c eps', 0 < eps' /\ forall t, - eps' < t -> t < eps' ->
      pre (shifted theta p t) (fold_left (next al (shifted theta p t)) layers (H t)) out =
      pre theta (fold_left (next al theta) layers h) out + t * c.
  Proof.
    induction layers as [|l layers IH]; intros moving eps h H E X Sm Ap Av.
    - destruct (pre_affine moving true eps h H out X) as (c & _ & R).
      + intros F. split; [reflexivity|]. specialize (Av F). unfold parameters_of in Av. cbn in Av.
        now rewrite !app_nil_r in Av.
      + discriminate.
      + exists c, eps. split; [exact E|]. exact R.
    - destruct Sm as [K Sm]. cbn [map app apart concat fold_left] in *.
      apply andb_prop in Ap as [Ap Ap'].
      set (rest := concat (map parameters_of (layers ++ [[out]]))) in *.
      set (here := existsb (Nat.eqb p) (parameters_of l)).
      assert (Hn : here = false -> avoids (parameters_of l)).
      { intros F I. assert (here = true); [|congruence]. apply existsb_exists. exists p.
        split; [exact I|apply Nat.eqb_refl]. }
      assert (Hr : here = true -> avoids rest).
      { intros F I. apply existsb_exists in F as (q & Iq & Eq). apply Nat.eqb_eq in Eq. subst q.
        rewrite forallb_forall in Ap. specialize (Ap p Iq). apply negb_true_iff in Ap.
        assert (existsb (Nat.eqb p) rest = true); [|congruence]. apply existsb_exists. exists p.
        split; [exact I|apply Nat.eqb_refl]. }
      assert (Sub : moving = true -> avoids (parameters_of l) /\ avoids rest).
      { intros F. specialize (Av F). split; intros I; apply Av; apply in_or_app; auto. }
      destruct (next_affine moving (moving || here) eps h H l) as (e & E' & Y); auto.
      { intros F. split; [now rewrite F|]. now apply Sub. }
      { intros F. apply orb_false_iff in F as [_ F]. now apply Hn. }
      apply (IH (moving || here)%bool e (next al theta h l)
        (fun t => next al (shifted theta p t) (H t) l)); auto.
      intros F. apply orb_true_iff in F as [F|F]; [now apply Sub|now apply Hr].
  Qed.
End Axis.

Lemma no_kink_smooth S al theta layers : standsZ S al theta -> forall h hZ,
  valuesZ h hZ -> no_kink S hZ layers = true -> smooth (Q2R al) (map Q2R theta) (map Q2R h) layers.
Proof.
  intros St. induction layers as [|l layers IH]; intros h hZ V C; cbn [no_kink smooth] in *; [exact I|].
  apply andb_prop in C as [C Re]. split.
  - intros row I. rewrite forallb_forall in C. specialize (C row I). apply orb_prop in C as [C|C].
    + left. apply negb_true_iff in C. apply Z.eqb_neq in C. intros Z0. apply C.
      pose proof (weigh_rep integers inject_Z integers_zero integers_add integers_mul (D S) theta
        (th S) h hZ row (th_rep _ _ _ _ St) (proj2 V)) as W. apply rep_R in W.
      rewrite <- Q2R_pre, Z0, Rmult_0_l in W. now apply eq_IZR.
    + right. apply Z.eqb_eq in C. pose proof (a_rep _ _ _ _ St) as A. apply rep_R in A.
      rewrite C in A. pose proof (T_pos _ _ _ _ St) as TP. rewrite <- (Zlt_Qlt 0) in TP.
      apply IZR_lt in TP. nra.
  - destruct (step integers S hZ l) as [h'|] eqn:W; [|discriminate].
    apply (step_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
      integers_nonneg S al theta St h) in W; [|exact V]. destruct W as [_ W].
    pose proof (Q2R_layers al theta [l] h) as Q. cbn [fold_left] in Q. rewrite Q. eauto.
Qed.

(** Near a point without kinks there are none. *)
Lemma smooth_near al theta layers : forall (H : list R -> list R),
  (forall j, continuous theta (fun theta' => nth j (H theta') 0)) ->
  smooth al theta (H theta) layers -> near theta (fun theta' => smooth al theta' (H theta') layers).
Proof.
  induction layers as [|l layers IH]; intros H C; cbn [smooth].
  - intros _. exists 1. split; [lra|]. auto.
  - intros [K Sm]. apply near_both.
    + apply (near_all theta (fun row theta' => pre theta' (H theta') row <> 0 \/ al = 1)).
      intros row I. pose proof (continuous_pre theta H row C) as Co.
      destruct (K row I) as [N|One]; [|exists 1; split; [lra|auto]].
      destruct (Rtotal_order (pre theta (H theta) row) 0) as [L|[Z0|G]]; [|contradiction|].
      * eapply near_mono; [|apply (continuous_negative _ _ Co L)]. cbv beta. intros t X. left. lra.
      * eapply near_mono; [|apply (continuous_positive _ _ Co G)]. cbv beta. intros t X. left. lra.
    + apply (IH (fun theta' => next al theta' (H theta') l)); [|exact Sm].
      intros [|j]; cbn [next nth]; [apply continuous_constant|].
      apply (continuous_map theta (fun theta' r => act al (pre theta' (H theta') r))).
      intros r. now apply continuous_act, continuous_pre.
Qed.

Theorem zero_diagonal_sound P theta i S data : has_zero_diagonal P theta i S data = true ->
  zero_diagonal (net P) (map Q2R theta) (map Q2R (snd (nth i (examples P) (0%Q, [])))).
Proof.
  unfold has_zero_diagonal. intros C. repeat apply andb_prop in C as [C ?].
  apply same_data_shown in C. apply same_setting_stands in H2. apply Nat.ltb_lt in H1.
  destruct (Forall2_at _ _ _ (0%Q, []) (0%Z, []) _ C H1) as [_ [_ V]].
  apply (no_kink_smooth _ _ _ _ H2 _ _ V) in H. cbn [map] in H. rewrite Q2R_one in H.
  set (x := map Q2R (snd (nth i (examples P) (0%Q, [])))) in *.
  destruct (smooth_near (Q2R (alpha (net P))) (map Q2R theta) (hidden (net P)) (fun _ => 1 :: x))
    as (eps & E & N); [intros; apply continuous_constant|exact H|].
  exists eps. split; [exact E|]. intros theta' L D p Lp. rewrite <- L in Lp.
  specialize (N theta' L D). unfold phi.
  destruct (output_affine (Q2R (alpha (net P))) theta' p Lp (output (net P)) (hidden (net P)) false 1
    (1 :: x) (fun _ => 1 :: x)) as (c & delta & D0 & A); auto.
  - lra.
  - intros j. exists 0. split; [reflexivity|]. intros. ring.
  - discriminate.
  - exists c, delta. split; [exact D0|]. intros t [T0 T1]. now apply A.
Qed.
