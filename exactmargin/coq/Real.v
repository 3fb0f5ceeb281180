(** * From the rational numbers to the real ones *)

From Coq Require Import List ZArith QArith Rbase Rbasic_fun R_sqr Qreals Lra Lia Bool.
From ExactMargin Require Import Specification Machine Soundness Minima SpecificationR.
Import ListNotations.
Local Open Scope R_scope.

Lemma Q2R_Z n : Q2R (inject_Z n) = IZR n.
Proof. unfold Q2R. cbn. field. Qed.

(** ** Sums *)

Section Sums.
  Context {X : Type}.
  Implicit Types (g h : X -> R) (l : list X).

  Lemma total_ext g h l : (forall b, In b l -> g b = h b) -> total (map g l) = total (map h l).
  Proof.
    unfold total. induction l as [|b l IH]; intros E; cbn; [reflexivity|].
    rewrite (E b (or_introl eq_refl)), IH; [reflexivity|]. intros c I. apply E. now right.
  Qed.

  Lemma total_plus g h l :
    total (map (fun b => g b + h b) l) = total (map g l) + total (map h l).
  Proof. unfold total. induction l as [|b l IH]; cbn; [ring|]. rewrite IH. ring. Qed.

  Lemma total_scale c g l : total (map (fun b => c * g b) l) = c * total (map g l).
  Proof. unfold total. induction l as [|b l IH]; cbn; [ring|]. rewrite IH. ring. Qed.

  Lemma total_le g h l :
    (forall b, In b l -> g b <= h b) -> total (map g l) <= total (map h l).
  Proof.
    unfold total. induction l as [|b l IH]; intros E; cbn; [lra|].
    pose proof (E b (or_introl eq_refl)).
    assert (fold_right Rplus 0 (map g l) <= fold_right Rplus 0 (map h l)).
    { apply IH. intros c I. apply E. now right. }
    lra.
  Qed.

  Lemma total_zero l : total (map (fun _ => 0) l) = 0.
  Proof. unfold total. induction l as [|b l IH]; cbn; [reflexivity|]. rewrite IH. ring. Qed.

  Lemma total_app g l k : total (map g (l ++ k)) = total (map g l) + total (map g k).
  Proof. unfold total. induction l as [|b l IH]; cbn; [ring|]. rewrite IH. ring. Qed.

  Lemma total_Z (g : X -> Z) l : IZR (sum integers (map g l)) = total (map (fun b => IZR (g b)) l).
  Proof.
    unfold total, sum. induction l as [|b l IH]; cbn; [reflexivity|].
    rewrite plus_IZR. f_equal. exact IH.
  Qed.
End Sums.

Lemma total_swap {X Y} (g : X -> Y -> R) l k :
  total (map (fun b => total (map (g b) k)) l) =
  total (map (fun c => total (map (fun b => g b c) l)) k).
Proof.
  induction l as [|b l IH]; cbn [map].
  - symmetry. apply total_zero.
  - change (total (map (g b) k) + total (map (fun b => total (map (g b) k)) l) =
      total (map (fun c => g b c + total (map (fun b => g b c) l)) k)).
    rewrite IH, total_plus. reflexivity.
Qed.

Lemma nth_map {X Y} (g : X -> Y) l i b : nth i (map g l) (g b) = g (nth i l b).
Proof. apply map_nth. Qed.

Lemma nth_IZR l i : nth i (map IZR l) 0 = IZR (nth i l 0%Z).
Proof. apply (map_nth IZR). Qed.

Lemma nth_Q2R l i : nth i (map Q2R l) 0 = Q2R (nth i l 0%Q).
Proof.
  replace 0 with (Q2R 0%Q) at 1 by (unfold Q2R; cbn; field). apply (map_nth Q2R).
Qed.

(** ** Sums over different places *)

Fixpoint distinct (l : list nat) : bool :=
  match l with [] => true | p :: l' => negb (existsb (Nat.eqb p) l') && distinct l' end.

Lemma distinct_NoDup l : distinct l = true -> NoDup l.
Proof.
  induction l as [|p l IH]; cbn; intros D; constructor.
  - apply andb_prop in D as [D _]. apply negb_true_iff in D. intros I.
    assert (existsb (Nat.eqb p) l = true); [|congruence]. apply existsb_exists. exists p.
    split; [exact I|apply Nat.eqb_refl].
  - apply andb_prop in D as [_ D]. auto.
Qed.

Lemma NoDup_distinct l : NoDup l -> distinct l = true.
Proof.
  induction 1 as [|p l N _ IH]; cbn; [reflexivity|]. rewrite IH, andb_true_r.
  apply negb_true_iff. destruct (existsb (Nat.eqb p) l) eqn:E; [|reflexivity].
  apply existsb_exists in E as (q & I & E). apply Nat.eqb_eq in E. now subst.
Qed.

Lemma total_squares theta : forall l, distinct l = true ->
  total (map (fun p => nth p theta 0 * nth p theta 0) l) <= inner theta theta.
Proof.
  intros l. revert theta.
  assert (Self : forall theta, 0 <= inner theta theta).
  { unfold inner, total. induction theta as [|b theta IH]; cbn; [lra|].
    pose proof (Rle_0_sqr b). unfold Rsqr in H. lra. }
  set (without := fix without p (u : list R) := match u, p with
    | [], _ => [] | _ :: u', O => 0 :: u' | b :: u', S p' => b :: without p' u' end).
  assert (Less : forall p u, inner (without p u) (without p u) + nth p u 0 * nth p u 0 = inner u u).
  { unfold inner, total. induction p as [|p IH]; intros [|b u]; cbn; try ring.
    specialize (IH u). lra. }
  assert (Same : forall p u q, q <> p -> nth q (without p u) 0 = nth q u 0).
  { induction p as [|p IH]; intros [|b u] [|q] N; cbn; auto; try congruence. }
  induction l as [|p l IH]; intros theta N; [apply Self|].
  cbn [distinct] in N. apply andb_prop in N as [N N']. apply negb_true_iff in N.
  specialize (IH (without p theta) N'). rewrite <- (Less p theta).
  change (total (map (fun p => nth p theta 0 * nth p theta 0) (p :: l))) with
    (nth p theta 0 * nth p theta 0 + total (map (fun p => nth p theta 0 * nth p theta 0) l)).
  rewrite (total_ext _ (fun q => nth q (without p theta) 0 * nth q (without p theta) 0)); [lra|].
  intros q I. rewrite !Same; auto; intros ->;
    rewrite (proj2 (existsb_exists _ _)) in N; try discriminate; exists p;
    split; auto; apply Nat.eqb_refl.
Qed.

Lemma total_flat {X Y} (g : Y -> R) (f : X -> list Y) l :
  total (map g (flat_map f l)) = total (map (fun b => total (map g (f b))) l).
Proof.
  induction l as [|b l IH]; cbn [flat_map map]; [reflexivity|]. rewrite total_app, IH. reflexivity.
Qed.

(** ** The network *)

Lemma Q2R_total l : Q2R (Specification.total l) = total (map Q2R l).
Proof.
  unfold Specification.total, total. induction l as [|b l IH]; cbn; [unfold Q2R; cbn; field|].
  rewrite Q2R_plus. f_equal. exact IH.
Qed.

Lemma Q2R_pre theta h row :
  pre (map Q2R theta) (map Q2R h) row = Q2R (Specification.pre theta h row).
Proof.
  unfold pre, Specification.pre. rewrite Q2R_total, map_map. apply total_ext. intros e _.
  rewrite !nth_Q2R. symmetry. apply Q2R_mult.
Qed.

Lemma Q2R_act a z : act (Q2R a) (Q2R z) = Q2R (Specification.act a z).
Proof.
  unfold act, Specification.act.
  assert (Z0 : Q2R 0 = 0) by (unfold Q2R; cbn; field).
  destruct (Qle_bool 0 z) eqn:L.
  - apply Qle_bool_iff in L. apply Qle_Rle in L. rewrite Z0 in L.
    destruct (Rle_dec 0 (Q2R z)); [reflexivity|contradiction].
  - destruct (Rle_dec 0 (Q2R z)) as [G|G].
    + rewrite <- Z0 in G. apply Rle_Qle in G. apply Qle_bool_iff in G. congruence.
    + symmetry. apply Q2R_mult.
Qed.

Lemma Q2R_one : Q2R 1 = 1.
Proof. unfold Q2R. cbn. field. Qed.

Lemma Q2R_layers a theta layers : forall h,
  fold_left (next (Q2R a) (map Q2R theta)) layers (map Q2R h) =
  map Q2R (fold_left (Specification.next a theta) layers h).
Proof.
  induction layers as [|l layers IH]; intros h; cbn; [reflexivity|]. rewrite <- IH. f_equal.
  unfold next, Specification.next. cbn [map]. rewrite Q2R_one, map_map. f_equal.
  apply map_ext. intros row. now rewrite Q2R_pre, Q2R_act.
Qed.

Lemma Q2R_phi n theta x :
  phi n (map Q2R theta) (map Q2R x) = Q2R (Specification.phi n theta x).
Proof.
  unfold phi, Specification.phi. rewrite <- Q2R_pre, <- Q2R_layers. cbn [map].
  now rewrite Q2R_one.
Qed.

Lemma Q2R_feasible P theta : Specification.feasible P theta -> feasible P (map Q2R theta).
Proof.
  intros F y x I. rewrite Q2R_phi, <- Q2R_mult, <- Q2R_one. apply Qle_Rle. now apply F.
Qed.

Lemma Q2R_inner u : forall v, inner (map Q2R u) (map Q2R v) = Q2R (Specification.inner u v).
Proof.
  unfold inner, Specification.inner. induction u as [|b u IH]; intros [|c v]; cbn;
    try (unfold Q2R; cbn; field).
  unfold total, Specification.total in IH. rewrite IH, Q2R_plus, Q2R_mult. reflexivity.
Qed.

(** ** Integers over denominators *)

Lemma rep_R d q n : repZ d q n -> IZR n = Q2R q * IZR d.
Proof.
  unfold rep. intros E. rewrite <- !Q2R_Z, <- Q2R_mult. now apply Qeq_eqR.
Qed.

Lemma Forall2_nth {X Y} (r : X -> Y -> Prop) l k b c i :
  Forall2 r l k -> r b c -> r (nth i l b) (nth i k c).
Proof. intros F B. revert i. induction F; intros [|i]; cbn; auto. Qed.

Lemma Forall2_at {X Y} (r : X -> Y -> Prop) l k b c i : Forall2 r l k -> (i < length k)%nat ->
  In (nth i l b) l /\ r (nth i l b) (nth i k c).
Proof.
  intros F. revert i. induction F; cbn; intros i Lt; [lia|]. destruct i; cbn; auto.
  destruct (IHF i) as [I J]; [lia|]. auto.
Qed.

Lemma weigh_pre d theta th X row :
  Forall2 (repZ d) theta th ->
  IZR (weigh integers th X row) = pre (map Q2R theta) (map IZR X) row * IZR d.
Proof.
  intros F. unfold weigh, flow, wires, pre.
  rewrite map_map, total_Z, Rmult_comm, <- total_scale. apply total_ext.
  intros e _. cbn [mul zero integers fst snd]. rewrite mult_IZR, nth_IZR, nth_Q2R.
  assert (E : repZ d (nth (fst e) theta 0%Q) (nth (fst e) th 0%Z)).
  { apply Forall2_nth; auto. unfold rep. cbn. ring. }
  apply rep_R in E. rewrite E. ring.
Qed.

(** ** Near a point *)

Definition near (theta : list R) (holds : list R -> Prop) : Prop :=
  exists eps, 0 < eps /\ forall theta', length theta' = length theta ->
    square_distance theta' theta < eps -> holds theta'.

Lemma near_all {X} theta (holds : X -> list R -> Prop) l :
  (forall b, In b l -> near theta (holds b)) ->
  near theta (fun theta' => forall b, In b l -> holds b theta').
Proof.
  induction l as [|b l IH]; intros N.
  - exists 1. split; [lra|]. intros ? _ _ ? [].
  - destruct IH as (e & E & H). { intros c I. apply N. now right. }
    destruct (N b (or_introl eq_refl)) as (f & F & G).
    exists (Rmin e f). split; [now apply Rmin_glb_lt|]. intros t L S c [<-|I].
    + apply G; auto. pose proof (Rmin_r e f). lra.
    + apply H; auto. pose proof (Rmin_l e f). lra.
Qed.

Lemma near_mono theta (one other : list R -> Prop) :
  (forall theta', one theta' -> other theta') -> near theta one -> near theta other.
Proof. intros M (e & E & H). exists e. split; auto. Qed.

Lemma square_distance_nonneg u : forall v, 0 <= square_distance u v.
Proof.
  unfold square_distance, total. induction u as [|b u IH]; intros [|c v]; cbn; try lra.
  specialize (IH v). pose proof (Rle_0_sqr (b - c)). unfold Rsqr in H. lra.
Qed.

Lemma coordinate_near p : forall u v, length u = length v ->
  (nth p u 0 - nth p v 0) * (nth p u 0 - nth p v 0) <= square_distance u v.
Proof.
  induction p as [|p IH]; intros [|b u] [|c v]; cbn; intros L; try discriminate;
    try (unfold square_distance, total; cbn; lra).
  - pose proof (square_distance_nonneg u v). unfold square_distance, total in *. cbn. lra.
  - specialize (IH u v (eq_add_S _ _ L)).
    pose proof (Rle_0_sqr (b - c)). unfold Rsqr in H. unfold square_distance, total in *. cbn. lra.
Qed.

Lemma pre_near theta h row eta : 0 < eta ->
  near theta (fun theta' => Rabs (pre theta' h row - pre theta h row) < eta).
Proof.
  unfold pre, total. revert eta. induction row as [|e row IH]; intros eta P; cbn [map fold_right].
  - exists 1. split; [lra|]. intros. now rewrite Rminus_diag_eq, Rabs_R0.
  - destruct (IH (eta / 2)) as (f & F & H); [lra|].
    set (c := nth (snd e) h 0) in *. set (m := Rabs c + 1).
    assert (M : 0 < m) by (unfold m; pose proof (Rabs_pos c); lra).
    assert (D : 0 < eta / 2 / m) by (apply Rdiv_lt_0_compat; lra).
    exists (Rmin f (Rsqr (eta / 2 / m))). split.
    { apply Rmin_glb_lt; [exact F|]. apply Rsqr_pos_lt. lra. }
    intros t L S. specialize (H t L).
    assert (H' : Rabs (fold_right Rplus 0 (map (fun e => nth (fst e) t 0 * nth (snd e) h 0) row) -
      fold_right Rplus 0 (map (fun e => nth (fst e) theta 0 * nth (snd e) h 0) row)) < eta / 2).
    { apply H. pose proof (Rmin_l f (Rsqr (eta / 2 / m))). lra. }
    pose proof (coordinate_near (fst e) t theta L) as C.
    set (b := nth (fst e) t 0 - nth (fst e) theta 0) in *.
    assert (B : Rabs b < eta / 2 / m).
    { rewrite <- (Rabs_pos_eq (eta / 2 / m)) by lra. apply Rsqr_lt_abs_0. unfold Rsqr at 1.
      pose proof (Rmin_r f (Rsqr (eta / 2 / m))). lra. }
    assert (G : Rabs (b * c) < eta / 2).
    { rewrite Rabs_mult.
      apply Rle_lt_trans with (Rabs b * m).
      - apply Rmult_le_compat_l; [apply Rabs_pos|]. unfold m. lra.
      - apply Rmult_lt_compat_r with (r := m) in B; [|exact M].
        replace (eta / 2 / m * m) with (eta / 2) in B by (field; lra). exact B. }
    match goal with |- Rabs ?A < _ => replace A with (b * c +
      (fold_right Rplus 0 (map (fun e => nth (fst e) t 0 * nth (snd e) h 0) row) -
      fold_right Rplus 0 (map (fun e => nth (fst e) theta 0 * nth (snd e) h 0) row)))
      by (unfold b; ring) end.
    eapply Rle_lt_trans; [apply Rabs_triang|]. lra.
Qed.

Lemma global_is_local P theta : global_minimum P theta -> local_minimum P theta.
Proof. intros [F G]. split; [exact F|]. exists 1. split; [lra|]. auto. Qed.

(** ** Continuity, and with it what stays true near a point *)

Definition continuous (theta : list R) (g : list R -> R) : Prop := forall eta, 0 < eta ->
  near theta (fun theta' => Rabs (g theta' - g theta) < eta).

Lemma near_both theta (one other : list R -> Prop) :
  near theta one -> near theta other -> near theta (fun theta' => one theta' /\ other theta').
Proof.
  intros (e & E & H) (f & F & G). exists (Rmin e f). split; [now apply Rmin_glb_lt|].
  intros t L S. pose proof (Rmin_l e f). pose proof (Rmin_r e f). split; [apply H|apply G]; auto; lra.
Qed.

Lemma continuous_constant theta c : continuous theta (fun _ => c).
Proof. intros eta E. exists 1. split; [lra|]. intros. now rewrite Rminus_diag_eq, Rabs_R0. Qed.

Lemma continuous_coordinate theta p : continuous theta (fun theta' => nth p theta' 0).
Proof.
  intros eta E. exists (Rsqr eta). split; [apply Rsqr_pos_lt; lra|]. intros t L S.
  rewrite <- (Rabs_pos_eq eta) by lra. apply Rsqr_lt_abs_0. unfold Rsqr at 1.
  pose proof (coordinate_near p t theta L). lra.
Qed.

Lemma continuous_plus theta f g : continuous theta f -> continuous theta g ->
  continuous theta (fun theta' => f theta' + g theta').
Proof.
  intros F G eta E.
  eapply near_mono; [|apply near_both; [apply (F (eta / 2))|apply (G (eta / 2))]; lra].
  intros t [H I]. apply Rabs_def2 in H, I. apply Rabs_def1; lra.
Qed.

Lemma continuous_mult theta f g : continuous theta f -> continuous theta g ->
  continuous theta (fun theta' => f theta' * g theta').
Proof.
  intros F G eta E. set (b := f theta). set (c := g theta). set (m := 1 + Rabs b + Rabs c).
  assert (M : 1 <= m) by (unfold m; pose proof (Rabs_pos b); pose proof (Rabs_pos c); lra).
  set (e := Rmin 1 (eta / m)).
  assert (E0 : 0 < e) by (apply Rmin_glb_lt; [lra|apply Rdiv_lt_0_compat; lra]).
  assert (E1 : e <= 1) by apply Rmin_l.
  assert (Em : e * m <= eta).
  { replace eta with (eta / m * m) by (field; lra). apply Rmult_le_compat_r; [lra|apply Rmin_r]. }
  eapply near_mono; [|apply near_both; [apply (F e E0)|apply (G e E0)]].
  intros t [H I]. fold b in H. fold c in I. set (u := f t - b) in *. set (w := g t - c) in *.
  replace (f t * g t - b * c) with (u * w + (b * w + c * u)) by (unfold u, w; ring).
  pose proof (Rabs_pos u). pose proof (Rabs_pos w). pose proof (Rabs_pos b). pose proof (Rabs_pos c).
  eapply Rle_lt_trans; [apply Rabs_triang|]. rewrite Rabs_mult.
  eapply Rle_lt_trans; [apply Rplus_le_compat_l, Rabs_triang|]. rewrite !Rabs_mult.
  unfold m in Em. nra.
Qed.

Lemma continuous_act alpha theta f : continuous theta f ->
  continuous theta (fun theta' => act alpha (f theta')).
Proof.
  intros F eta E. set (m := 1 + Rabs alpha).
  assert (M : 1 <= m) by (unfold m; pose proof (Rabs_pos alpha); lra).
  assert (E0 : 0 < eta / m) by (apply Rdiv_lt_0_compat; lra).
  eapply near_mono; [|apply (F _ E0)]. intros t H.
  assert (Hm : Rabs (f t - f theta) * m < eta).
  { replace eta with (eta / m * m) by (field; lra). apply Rmult_lt_compat_r; [lra|exact H]. }
  eapply Rle_lt_trans; [|exact Hm]. unfold m, act. clear.
  set (b := f t). set (c := f theta). clearbody b c.
  pose proof (Rle_abs alpha). pose proof (Rle_abs (- alpha)). rewrite Rabs_Ropp in H0.
  pose proof (Rabs_pos alpha). set (k := Rabs alpha) in *. clearbody k.
  destruct (Rle_dec 0 b), (Rle_dec 0 c); unfold Rabs; repeat destruct Rcase_abs; nra.
Qed.

Lemma continuous_positive theta g : continuous theta g -> 0 < g theta ->
  near theta (fun theta' => 0 < g theta').
Proof.
  intros C P. eapply near_mono; [|apply (C _ P)]. intros t A. apply Rabs_def2 in A. lra.
Qed.

Lemma continuous_negative theta g : continuous theta g -> g theta < 0 ->
  near theta (fun theta' => g theta' < 0).
Proof.
  intros C P. eapply near_mono; [|apply (C (- g theta)); lra]. intros t A. apply Rabs_def2 in A. lra.
Qed.

(** The pre-activations, layer by layer; the output is the last layer's, if that is [ [out] ]. *)
Fixpoint activity (alpha : R) (theta h : list R) (layers : list (list unit_)) : list (list R) :=
  match layers with
  | [] => []
  | l :: layers' => map (pre theta h) l :: activity alpha theta (next alpha theta h l) layers'
  end.

Definition activity_of (n : network) (theta x : list R) : list (list R) :=
  activity (Q2R (alpha n)) theta (1 :: x) (hidden n ++ [[output n]]).

Lemma activity_output n theta x :
  phi n theta x = nth 0 (nth (length (hidden n)) (activity_of n theta x) []) 0.
Proof.
  unfold phi, activity_of. generalize (1 :: x).
  induction (hidden n) as [|l layers IH]; intros h; cbn; [reflexivity|]. apply IH.
Qed.

Lemma continuous_pre theta (H : list R -> list R) row :
  (forall j, continuous theta (fun theta' => nth j (H theta') 0)) ->
  continuous theta (fun theta' => pre theta' (H theta') row).
Proof.
  intros C. unfold pre, total. induction row as [|e row IH]; cbn [map fold_right].
  - apply continuous_constant.
  - apply continuous_plus; [|exact IH].
    apply continuous_mult; [apply continuous_coordinate|apply C].
Qed.

Lemma continuous_map {X} theta (g : list R -> X -> R) l :
  (forall b, continuous theta (fun theta' => g theta' b)) ->
  forall k, continuous theta (fun theta' => nth k (map (g theta') l) 0).
Proof.
  intros C. induction l as [|b l IH]; intros [|k]; cbn [map nth]; auto using continuous_constant.
Qed.

Lemma continuous_activity alpha theta layers : forall (H : list R -> list R),
  (forall j, continuous theta (fun theta' => nth j (H theta') 0)) ->
  forall l k, continuous theta (fun theta' => nth k (nth l (activity alpha theta' (H theta') layers) []) 0).
Proof.
  induction layers as [|row layers IH]; intros H C l k; cbn [activity].
  - destruct l, k; apply continuous_constant.
  - destruct l as [|l]; cbn [nth].
    + apply (continuous_map theta (fun theta' => pre theta' (H theta'))).
      intros r. now apply continuous_pre.
    + apply (IH (fun theta' => next alpha theta' (H theta') row)). intros [|j]; cbn [next nth].
      * apply continuous_constant.
      * apply (continuous_map theta (fun theta' r => act alpha (pre theta' (H theta') r))).
        intros r. now apply continuous_act, continuous_pre.
Qed.
