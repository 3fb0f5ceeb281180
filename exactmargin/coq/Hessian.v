(** * The Hessian has a zero diagonal

    Away from kinks all pre-activations are affine along an axis, near a point, as long as the parameter
    stands in one layer only; so no unit changes its side there. And all points near theta are away from
    kinks, if theta is. A unit with sources that are 0 near theta alone is no kink. *)

From Coq Require Import List ZArith QArith Rbase Rbasic_fun Qreals Lra Lia Bool.
From ExactMargin Require Import Specification Machine Soundness Minima SpecificationR Real.
Import ListNotations.

(** ** What is computed *)

(** What is 0 near theta, of the sources of a layer. *)
Definition quiet (off : list bool) (row : unit_) : bool :=
  forallb (fun e => nth (snd e) off false) row.

Definition goes_off (S : setting Z) (off : list bool) (h : list Z) (row : unit_) : bool :=
  quiet off row || ((weigh integers (th S) h row <? 0)%Z && (a S =? 0)%Z).

Fixpoint no_kink (S : setting Z) (off : list bool) (h : list Z) (layers : list (list unit_)) : bool :=
  match layers with
  | [] => true
  | l :: layers' =>
      forallb (fun row => negb (weigh integers (th S) h row =? 0)%Z || (a S =? T S)%Z
                          || quiet off row) l
      && match step integers S h l with
         | Some h' => no_kink S (false :: map (goes_off S off h) l) h' layers'
         | None => false
         end
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
  && let h := snd (nth i data (0%Z, [])) in no_kink S (map (Z.eqb 0) h) h (hidden (net P)).

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
    exists eps', 0 < eps' /\ eps' <= eps /\ affine moving eps' (act al b) (fun t => act al (g t)) /\
      (b < 0 -> al = 0 -> forall t, - eps' < t -> t < eps' -> act al (g t) = 0).
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
        split; [|lra].
        exists c. split; [exact C|]. intros t T0 T1. destruct (Small t T0 T1) as [S1 S2].
        rewrite (G t) by lra. rewrite (proj1 (act_of (b + t * c))), (proj1 (act_of b)); lra.
      + assert (P' : b < 0) by (destruct (Req_dec b 0); [contradiction|lra]).
        rewrite (Rabs_left b) in Small by lra.
        assert (Down : forall t, - w < t -> t < w -> act al (g t) = al * (b + t * c)).
        { intros t T0 T1. destruct (Small t T0 T1) as [S1 S2]. rewrite (G t) by lra. apply act_of. lra. }
        split.
        * exists (al * c). split; [intros F; rewrite (C F); ring|]. intros t T0 T1.
          rewrite (Down t T0 T1), (proj2 (act_of b)) by exact P'. ring.
        * intros _ Z0 t T0 T1. rewrite (Down t T0 T1), Z0. ring.
    - assert (Id : forall z, act al z = z).
      { intros z. unfold act. rewrite One. destruct (Rle_dec 0 z); ring. }
      exists eps. split; [exact E|]. split; [lra|]. split; [|lra]. exists c. split; [exact C|].
      intros t T0 T1. rewrite !Id. now apply G.
  Qed.

  (** Sources that are 0. *)
  Definition dead (off : list bool) (eps : R) (h : list R) (H : R -> list R) : Prop :=
    forall j, nth j off false = true ->
      nth j h 0 = 0 /\ forall t, - eps < t -> t < eps -> nth j (H t) 0 = 0.

  Lemma act_zero : act al 0 = 0.
  Proof. unfold act. destruct (Rle_dec 0 0); ring. Qed.

  Lemma quiet_pre theta' h off row : (forall j, nth j off false = true -> nth j h 0 = 0) ->
    quiet off row = true -> pre theta' h row = 0.
  Proof.
    intros D Q. unfold pre. rewrite (total_ext _ (fun _ => 0)); [apply total_zero|]. intros e I.
    unfold quiet in Q. rewrite forallb_forall in Q. rewrite (D _ (Q e I)). ring.
  Qed.

  (** No kinks at this point; [o] marks units that are 0 near it. *)
  Definition no_kinks (off o : list bool) (h : list R) (l : list unit_) : Prop :=
    (forall row, In row l -> pre theta h row <> 0 \/ al = 1 \/ quiet off row = true) /\
    length o = length l /\
    forall row b, In (row, b) (combine l o) -> b = true ->
      quiet off row = true \/ (pre theta h row < 0 /\ al = 0).

  Lemma next_affine moving moving' off eps h H l :
    0 < eps -> values_affine moving eps h H -> dead off eps h H ->
    (moving = true -> moving' = true /\ avoids (parameters_of l)) ->
    (moving' = false -> avoids (parameters_of l)) ->
    forall o, no_kinks off o h l ->
    exists eps', 0 < eps' /\
      values_affine moving' eps' (next al theta h l) (fun t => next al (shifted theta p t) (H t) l) /\
      dead (false :: o) eps' (next al theta h l) (fun t => next al (shifted theta p t) (H t) l).
  Proof.
    intros E X De. unfold next. induction l as [|row l IH]; intros M N o (K & Lo & Off).
    - destruct o; [|discriminate]. exists eps. split; [exact E|]. split.
      + intros j. exists 0. split; [reflexivity|]. intros t _ _. destruct j as [|[|j]]; cbn; ring.
      + intros [|[|j]]; discriminate.
    - destruct o as [|b o]; [discriminate|].
      assert (Sub : avoids (parameters_of (row :: l)) -> avoids (map fst row) /\ avoids (parameters_of l)).
      { unfold avoids, parameters_of. cbn [concat]. rewrite map_app. intros A.
        split; intros I; apply A; apply in_or_app; auto. }
      destruct IH with (o := o) as (e1 & E1 & Y & Z).
      { intros F. destruct (M F) as [M' A]. split; [exact M'|]. now apply Sub. }
      { intros F. now apply Sub, N. }
      { split; [|split].
        - intros r I. apply K. now right.
        - now injection Lo.
        - intros r c I. apply Off. now right. }
      assert (Pa : affine moving' eps (pre theta h row) (fun t => pre (shifted theta p t) (H t) row)).
      { apply pre_affine with moving; [exact X| |].
        - intros F. destruct (M F) as [M' A]. split; [exact M'|]. now apply Sub.
        - intros F. now apply Sub, N. }
      assert (Qt : quiet off row = true -> pre theta h row = 0 /\
        forall t, - eps < t -> t < eps -> pre (shifted theta p t) (H t) row = 0).
      { intros Q. split.
        - apply quiet_pre with off; [|exact Q]. intros j I. now apply De.
        - intros t T0 T1. apply quiet_pre with off; [|exact Q]. intros j I. now apply De. }
      assert (Here : exists e2, 0 < e2 /\
        affine moving' e2 (act al (pre theta h row))
          (fun t => act al (pre (shifted theta p t) (H t) row)) /\
        (b = true -> act al (pre theta h row) = 0 /\ forall t, - e2 < t -> t < e2 ->
          act al (pre (shifted theta p t) (H t) row) = 0)).
      { assert (Quiet : quiet off row = true -> act al (pre theta h row) = 0 /\
          forall t, - eps < t -> t < eps -> act al (pre (shifted theta p t) (H t) row) = 0).
        { intros Q. destruct (Qt Q) as [Q0 Q1]. split; [rewrite Q0; apply act_zero|].
          intros t T0 T1. rewrite (Q1 t T0 T1). apply act_zero. }
        destruct (quiet off row) eqn:Q.
        - destruct (Quiet eq_refl) as [Q0 Q1]. exists eps. split; [exact E|]. split; [|auto].
          exists 0. split; [reflexivity|]. intros t T0 T1. rewrite Q0, (Q1 t T0 T1). ring.
        - assert (K' : pre theta h row <> 0 \/ al = 1).
          { destruct (K row (or_introl eq_refl)) as [?|[?|?]]; auto. congruence. }
          destruct (act_affine _ _ _ _ E K' Pa) as (e2 & E2 & _ & A & Z0).
          exists e2. split; [exact E2|]. split; [exact A|]. intros B.
          destruct (Off row b (or_introl eq_refl) B) as [?|[L Al]]; [congruence|].
          split; [|now apply Z0]. rewrite (proj2 (act_of _) L), Al. ring. }
      destruct Here as (e2 & E2 & A & Z2).
      exists (Rmin e1 e2). split; [now apply Rmin_glb_lt|].
      pose proof (Rmin_l e1 e2). pose proof (Rmin_r e1 e2). split.
      + intros [|[|j]]; cbn [map nth].
        * exists 0. split; [reflexivity|]. intros. ring.
        * now apply affine_less with e2.
        * apply affine_less with e1; [assumption|]. exact (Y (Datatypes.S j)).
      + intros [|[|j]]; cbn [map nth]; [discriminate| |]; intros B.
        * destruct (Z2 B) as [B0 B1]. split; [exact B0|]. intros t T0 T1. apply B1; lra.
        * destruct (Z (Datatypes.S j) B) as [B0 B1]. split; [exact B0|]. intros t T0 T1. apply B1; lra.
  Qed.

  Fixpoint smooth (off : list bool) (offs : list (list bool)) (h : list R)
    (layers : list (list unit_)) : Prop :=
    match layers, offs with
    | [], _ => True
    | l :: layers', o :: offs' =>
        no_kinks off o h l /\ smooth (false :: o) offs' (next al theta h l) layers'
    | _, _ => False
    end.

  Lemma output_affine out layers : forall moving off offs eps h H,
    0 < eps -> values_affine moving eps h H -> dead off eps h H -> smooth off offs h layers ->
    apart (map parameters_of (layers ++ [[out]])) = true ->
    (moving = true -> avoids (concat (map parameters_of (layers ++ [[out]])))) ->
    exists c eps', 0 < eps' /\ forall t, - eps' < t -> t < eps' ->
      pre (shifted theta p t) (fold_left (next al (shifted theta p t)) layers (H t)) out =
      pre theta (fold_left (next al theta) layers h) out + t * c.
  Proof.
    induction layers as [|l layers IH]; intros moving off offs eps h H E X De Sm Ap Av.
    - destruct (pre_affine moving true eps h H out X) as (c & _ & R).
      + intros F. split; [reflexivity|]. specialize (Av F). unfold parameters_of in Av. cbn in Av.
        now rewrite !app_nil_r in Av.
      + discriminate.
      + exists c, eps. split; [exact E|]. exact R.
    - destruct offs as [|o offs]; [destruct Sm|]. destruct Sm as [K Sm]. cbn [map app apart concat fold_left] in *.
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
      destruct (next_affine moving (moving || here) off eps h H l) with (o := o)
        as (e & E' & Y & Z); auto.
      { intros F. split; [now rewrite F|]. now apply Sub. }
      { intros F. apply orb_false_iff in F as [_ F]. now apply Hn. }
      apply (IH (moving || here)%bool (false :: o) offs e (next al theta h l)
        (fun t => next al (shifted theta p t) (H t) l)); auto.
      intros F. apply orb_true_iff in F as [F|F]; [now apply Sub|now apply Hr].
  Qed.
End Axis.

Lemma no_kink_smooth S al theta layers : standsZ S al theta -> forall off h hZ,
  valuesZ h hZ -> no_kink S off hZ layers = true ->
  exists offs, smooth (Q2R al) (map Q2R theta) off offs (map Q2R h) layers.
Proof.
  intros St. induction layers as [|l layers IH]; intros off h hZ V C; cbn [no_kink] in *;
    [now exists []|].
  apply andb_prop in C as [C Re].
  destruct (step integers S hZ l) as [h'|] eqn:W; [|discriminate].
  apply (step_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
    integers_nonneg S al theta St h) in W; [|exact V]. destruct W as [_ W].
  destruct (IH _ _ _ W Re) as (offs & Sm). exists (map (goes_off S off hZ) l :: offs).
  pose proof (Q2R_layers al theta [l] h) as Q. cbn [fold_left] in Q. cbn [smooth]. rewrite Q.
  split; [|exact Sm]. clear IH Sm Q W Re.
  destruct St as [DP TP A F]. apply rep_R in A. rewrite <- (Zlt_Qlt 0) in DP, TP.
  apply IZR_lt in DP, TP. destruct V as [VP VF]. rewrite <- (Zlt_Qlt 0) in VP. apply IZR_lt in VP.
  assert (Pre : forall row, IZR (weigh integers (th S) hZ row) =
    pre (map Q2R theta) (map Q2R h) row * (IZR (D S) * IZR (unit_of integers hZ))).
  { intros row. rewrite Q2R_pre, <- mult_IZR. apply rep_R.
    exact (weigh_rep integers inject_Z integers_zero integers_add integers_mul (D S) theta
      (th S) h hZ row F VF). }
  assert (P : 0 < IZR (D S) * IZR (unit_of integers hZ)) by now apply Rmult_lt_0_compat.
  split; [|split; [apply map_length|]].
  - intros row I. rewrite forallb_forall in C. specialize (C row I).
    apply orb_prop in C as [C|C]; [apply orb_prop in C as [C|C]|].
    + left. apply negb_true_iff in C. apply Z.eqb_neq in C. intros Z0. apply C, eq_IZR.
      rewrite Pre, Z0. ring.
    + right. left. apply Z.eqb_eq in C. rewrite C in A. nra.
    + auto.
  - intros row b I B. assert (G : goes_off S off hZ row = true).
    { clear - I B. induction l as [|r l IH]; [destruct I|]. destruct I as [I|I]; [|auto].
      injection I as <- <-. exact B. }
    unfold goes_off in G. apply orb_prop in G as [G|G]; [auto|]. right.
    apply andb_prop in G as [G G']. apply Z.ltb_lt, IZR_lt in G. apply Z.eqb_eq in G'.
    rewrite Pre in G. rewrite G' in A. split; nra.
Qed.

(** Near a point without kinks there are none. *)
Lemma smooth_near al theta layers : forall off offs (H : list R -> list R),
  (forall j, continuous theta (fun theta' => nth j (H theta') 0)) ->
  smooth al theta off offs (H theta) layers ->
  near theta (fun theta' => smooth al theta' off offs (H theta') layers).
Proof.
  assert (All : forall (A : Prop), A -> near theta (fun _ => A)).
  { intros A Ha. exists 1. split; [lra|auto]. }
  induction layers as [|l layers IH]; intros off [|o offs] H C; cbn [smooth]; auto.
  intros [(K & Lo & Off) Sm]. apply near_both.
  - pose proof (fun row => continuous_pre theta H row C) as Co. apply near_both; [|apply near_both].
    + apply (near_all theta (fun row theta' => pre theta' (H theta') row <> 0 \/ al = 1 \/
        quiet off row = true)).
      intros row I. destruct (K row I) as [N|Other]; [|exists 1; split; [lra|auto]].
      destruct (Rtotal_order (pre theta (H theta) row) 0) as [L|[Z0|G]]; [|contradiction|].
      * eapply near_mono; [|apply (continuous_negative _ _ (Co row) L)]. cbv beta. intros t X. left. lra.
      * eapply near_mono; [|apply (continuous_positive _ _ (Co row) G)]. cbv beta. intros t X. left. lra.
    + now apply All.
    + apply near_mono with (fun theta' => forall rb, In rb (combine l o) -> snd rb = true ->
        quiet off (fst rb) = true \/ (pre theta' (H theta') (fst rb) < 0 /\ al = 0)).
      { intros t X row b I. exact (X (row, b) I). }
      apply near_all. intros [row b] I. cbn [fst snd].
      destruct b; [|exists 1; split; [lra|discriminate]].
      destruct (Off row true I eq_refl) as [Q|[L Al]]; [exists 1; split; [lra|auto]|].
      eapply near_mono; [|apply (continuous_negative _ _ (Co row) L)]. cbv beta. auto.
  - apply (IH (false :: o) offs (fun theta' => next al theta' (H theta') l)); [|exact Sm].
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
  cbv zeta in H. set (hZ := snd (nth i data (0%Z, []))) in *. set (off := map (Z.eqb 0) hZ) in *.
  destruct (no_kink_smooth _ _ _ _ H2 _ _ _ V H) as (offs & Sm).
  assert (De : forall j, nth j off false = true ->
    nth j (map Q2R (1%Q :: snd (nth i (examples P) (0%Q, [])))) 0 = 0).
  { intros j O. assert (N : repZ (unit_of integers hZ)
      (nth j (1%Q :: snd (nth i (examples P) (0%Q, []))) 0%Q) (nth j hZ 0%Z)).
    { apply Forall2_nth; [apply V|]. unfold rep. cbn. ring. }
    apply rep_R in N. rewrite nth_Q2R. destruct V as [VP _]. rewrite <- (Zlt_Qlt 0) in VP.
    apply IZR_lt in VP. assert (Z0 : nth j hZ 0%Z = 0%Z).
    { unfold off in O. clear - O. revert j O. induction hZ as [|b l IH]; intros [|j]; cbn;
        try discriminate; auto. destruct b; try discriminate; auto. }
    rewrite Z0 in N. nra. }
  cbn [map] in Sm, De. rewrite Q2R_one in Sm, De.
  set (x := map Q2R (snd (nth i (examples P) (0%Q, [])))) in *.
  destruct (smooth_near (Q2R (alpha (net P))) (map Q2R theta) (hidden (net P)) off offs
    (fun _ => 1 :: x)) as (eps & E & N); [intros; apply continuous_constant|exact Sm|].
  exists eps. split; [exact E|]. intros theta' L D p Lp. rewrite <- L in Lp.
  specialize (N theta' L D). unfold phi.
  destruct (output_affine (Q2R (alpha (net P))) theta' p Lp (output (net P)) (hidden (net P)) false
    off offs 1 (1 :: x) (fun _ => 1 :: x)) as (c & delta & D0 & A); auto.
  - lra.
  - intros j. exists 0. split; [reflexivity|]. intros. ring.
  - intros j O. split; auto.
  - discriminate.
  - exists c, delta. split; [exact D0|]. intros t [T0 T1]. now apply A.
Qed.
