(** * No KKT point: a direction u with <u, theta> > 0 that no active constraint can balance

    In every selection the derivative of y_i Phi_i in the direction u is at most 0: bounds are carried
    through the layers, and at z = 0 every slope between alpha and 1 is allowed for. *)

From Coq Require Import List ZArith QArith Lqa Lia Bool Setoid.
From ExactMargin Require Import Specification Machine Soundness Minima.
Import ListNotations.
Local Open Scope Q_scope.

(** ** What is computed *)

Section Bounds.
  Context (S : setting Z) (u : list Z).
  Local Open Scope Z_scope.

  Definition times (c : Z) (b : Z * Z) : Z * Z :=
    if 0 <=? c then (c * fst b, c * snd b) else (c * snd b, c * fst b).

  (** Bounds of D * (head of h) * the derivative of a pre-activation; [K] bounds those of the
      sources times the head of h. *)
  Definition pull_edge (h : list Z) (K : list (Z * Z)) (e : edge) (rest : Z * Z) : Z * Z :=
    let b := times (nth (fst e) (th S) 0) (nth (snd e) K (0, 0)) in
    let c := D S * (nth (fst e) u 0 * nth (snd e) h 0) in
    (fst b + c + fst rest, snd b + c + snd rest).

  Definition pull_bounds (h : list Z) (K : list (Z * Z)) (row : unit_) : Z * Z :=
    fold_right (pull_edge h K) (0, 0) row.

  Definition bend (z : Z) (b : Z * Z) : Z * Z :=
    if 0 <? z then times (T S) b
    else if z <? 0 then times (a S) b
    else (Z.min (T S * fst b) (a S * fst b), Z.max (T S * snd b) (a S * snd b)).

  Fixpoint bounds (out : unit_) (h : list Z) (K : list (Z * Z)) (layers : list (list unit_))
    : option (Z * Z) :=
    match layers with
    | [] => Some (pull_bounds h K out)
    | l :: layers' =>
        match step integers S h l with
        | Some h' => bounds out h' ((0, 0) :: map (fun row => bend (weigh integers (th S) h row)
                                                                (pull_bounds h K row)) l) layers'
        | None => None
        end
    end.

  Definition no_help (n : network) (e : Z * list Z) : bool :=
    match margin integers S n (fst e) (snd e) with
    | Some (m, c) =>
        negb (m =? c) ||
        match bounds (output n) (snd e) [] (hidden n) with
        | Some (lo, hi) => ((0 <=? fst e) && (hi <=? 0)) || ((fst e <=? 0) && (0 <=? lo))
        | None => false
        end
    | None => false
    end.
End Bounds.

Definition is_not_kkt (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z))
  (u : list Z) : bool :=
  same_data P data && same_setting P theta S && (0 <=? a S)%Z && (length u =? length theta)%nat
  && forallb (fun p => negb (is_fixed P p) || Z.eqb 0 (nth p u 0%Z)) (seq 0 (length u))
  && (0 <? dot integers (th S) u)%Z && feasible_here integers S (net P) data
  && forallb (no_help S u (net P)) data.

(** ** Soundness *)

Section Sound.
  Context (S : setting Z) (alpha : Q) (theta : list Q) (st : standsZ S alpha theta)
    (a_nonneg : (0 <= a S)%Z) (u : list Z).
  Let d := map inject_Z u.

  Definition within (b : Z * Z) (q : Q) : Prop := inject_Z (fst b) <= q <= inject_Z (snd b).

  Lemma within_ext b q r : q == r -> within b q -> within b r.
  Proof. unfold within. intros ->. tauto. Qed.

  Lemma times_within c b q : within b q -> within (times c b) (inject_Z c * q).
  Proof.
    unfold within, times. intros [L H]. destruct (0 <=? c)%Z eqn:E; cbn [fst snd];
      rewrite !inject_Z_mult.
    - apply Z.leb_le in E. rewrite Zle_Qle in E. change (inject_Z 0) with 0 in E. split; nra.
    - apply Z.leb_gt in E. rewrite Zlt_Qlt in E. change (inject_Z 0) with 0 in E. split; nra.
  Qed.

  Lemma pull_within h hZ k K row :
    Forall2 (repZ (unit_of integers hZ)) h hZ ->
    (forall j, within (nth j K (0, 0)%Z) (nth j k 0 * inject_Z (unit_of integers hZ))) ->
    within (pull_bounds S u hZ K row)
      ((pre theta k row + pre d h row) * (inject_Z (D S) * inject_Z (unit_of integers hZ))).
  Proof.
    intros F W. unfold pull_bounds, pre, total. set (c := inject_Z (unit_of integers hZ)) in *.
    induction row as [|e row IH]; cbn [map fold_right fst snd].
    - split; cbn [fst snd]; change (inject_Z 0) with 0; lra.
    - pose proof (rep_nth integers inject_Z integers_zero _ _ _ (fst e) (th_rep _ _ _ _ st)) as P.
      pose proof (rep_nth integers inject_Z integers_zero _ h hZ (snd e) F) as P'.
      unfold rep in P, P'. cbn [zero integers] in P, P'. fold c in P'.
      pose proof (times_within (nth (fst e) (th S) 0%Z) _ _ (W (snd e))) as [L H].
      destruct IH as [L' H'].
      assert (U : nth (fst e) d 0 == inject_Z (nth (fst e) u 0%Z)).
      { unfold d. change 0 with (inject_Z 0) at 1. now rewrite map_nth. }
      assert (X : inject_Z (D S * (nth (fst e) u 0%Z * nth (snd e) hZ 0%Z)) ==
        nth (fst e) d 0 * nth (snd e) h 0 * (inject_Z (D S) * c)).
      { rewrite !inject_Z_mult, P', U. ring. }
      rewrite P in L, H. set (rest := fold_right (pull_edge S u hZ K) (0, 0)%Z row) in *.
      unfold pull_edge. cbv zeta. split; cbn [fst snd]; rewrite !inject_Z_plus, X; lra.
  Qed.

  Lemma bend_within z (n : Z) c b s q :
    0 < c -> inject_Z n == z * c -> slope_at alpha z s -> within b q ->
    within (bend S n b) (s * inject_Z (T S) * q).
  Proof.
    intros C E [P [N [A B]]] W. pose proof (T_pos _ _ _ _ st) as TP.
    pose proof (a_rep _ _ _ _ st) as AR. unfold rep in AR. unfold bend.
    destruct (0 <? n)%Z eqn:G; [|destruct (n <? 0)%Z eqn:G'].
    - apply Z.ltb_lt in G. rewrite Zlt_Qlt, E in G. change (inject_Z 0) with 0 in G.
      assert (Z0 : 0 < z) by nra. apply (within_ext _ (inject_Z (T S) * q));
        [rewrite (P Z0); ring|now apply times_within].
    - apply Z.ltb_lt in G'. rewrite Zlt_Qlt, E in G'. change (inject_Z 0) with 0 in G'.
      assert (Z0 : z < 0) by nra. apply (within_ext _ (inject_Z (a S) * q));
        [rewrite (N Z0), AR; ring|now apply times_within].
    - apply Zle_Q in a_nonneg as AN. change (inject_Z 0) with 0 in AN.
      set (r := s * inject_Z (T S)). assert (R : inject_Z (a S) <= r <= inject_Z (T S)).
      { unfold r. rewrite AR. split; nra. }
      destruct W as [L H]. clearbody r. clear AR.
      assert (R0 : 0 <= r) by lra.
      assert (M : r * inject_Z (fst b) <= r * q /\ r * q <= r * inject_Z (snd b)) by (split; nra).
      split; cbn [fst snd].
      + destruct (Z_le_gt_dec 0 (fst b)) as [F|F].
        * apply Zle_Q in F. change (inject_Z 0) with 0 in F.
          eapply Qle_trans; [apply Zle_Q, Z.le_min_r|]. rewrite inject_Z_mult. nra.
        * assert (F' : (fst b <= 0)%Z) by lia. apply Zle_Q in F'. change (inject_Z 0) with 0 in F'.
          eapply Qle_trans; [apply Zle_Q, Z.le_min_l|]. rewrite inject_Z_mult. nra.
      + destruct (Z_le_gt_dec 0 (snd b)) as [F|F].
        * apply Zle_Q in F. change (inject_Z 0) with 0 in F.
          eapply Qle_trans; [|apply Zle_Q, Z.le_max_l]. rewrite inject_Z_mult. nra.
        * assert (F' : (snd b <= 0)%Z) by lia. apply Zle_Q in F'. change (inject_Z 0) with 0 in F'.
          eapply Qle_trans; [|apply Zle_Q, Z.le_max_r]. rewrite inject_Z_mult. nra.
  Qed.

  Lemma bounds_within out layers : forall h hZ k K s b,
    valuesZ h hZ ->
    (forall j, within (nth j K (0, 0)%Z) (nth j k 0 * inject_Z (unit_of integers hZ))) ->
    selection alpha theta h layers s -> bounds S u out hZ K layers = Some b ->
    exists c, 0 < c /\ within b (along alpha theta d out h k layers s * c).
  Proof.
    induction layers as [|l layers IH]; intros h hZ k K [|sl s] b V W; cbn [selection bounds];
      try tauto; intros Se E.
    - injection E as <-. destruct V as [P F]. pose proof (D_pos _ _ _ _ st) as DP.
      exists (inject_Z (D S) * inject_Z (unit_of integers hZ)). split.
      + now apply Qmult_lt_0_compat.
      + cbn [along]. now apply pull_within.
    - destruct (step integers S hZ l) as [h'|] eqn:St; [|discriminate]. destruct Se as [Se Se'].
      destruct V as [P F]. pose proof (D_pos _ _ _ _ st) as DP.
      apply (step_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
        integers_nonneg S alpha theta st) with (h := h) in St; [|now split].
      destruct St as [U V]. cbn [along]. eapply IH; [exact V| |exact Se'|exact E].
      assert (C : 0 < inject_Z (D S) * inject_Z (unit_of integers hZ)) by
        now apply Qmult_lt_0_compat.
      assert (Uq : inject_Z (unit_of integers h') ==
        inject_Z (T S) * (inject_Z (D S) * inject_Z (unit_of integers hZ))).
      { rewrite U. now rewrite <- !inject_Z_mult. }
      assert (Zero : within (0, 0)%Z (0 * inject_Z (unit_of integers h'))).
      { split; cbn [fst snd]; change (inject_Z 0) with 0; lra. }
      intros [|j]; cbn [nth]; [exact Zero|].
      clear IH E Se' V. revert j. induction Se as [|row v l sl Sl Se IHs]; intros [|j];
        cbn [combine map nth]; try exact Zero.
      + cbn [fst snd]. pose proof (pull_within h hZ k K row F W) as B.
        pose proof (weigh_rep integers inject_Z integers_zero integers_add integers_mul (D S) theta
          (th S) h hZ row (th_rep _ _ _ _ st) F) as Z. unfold rep in Z. rewrite integers_mul in Z.
        eapply within_ext; [|exact (bend_within _ _ _ _ _ _ C Z Sl B)]. rewrite Uq. ring.
      + apply IHs.
  Qed.
End Sound.

Theorem is_not_kkt_sound P theta S data u :
  is_not_kkt P theta S data u = true -> feasible P theta /\ ~ kkt P theta.
Proof.
  unfold is_not_kkt. intros E. apply andb_prop in E as [E H]. apply andb_prop in E as [E Fe].
  repeat apply andb_prop in E as [E ?H].
  apply same_data_shown in E. apply same_setting_stands in H4. apply Z.leb_le in H3.
  split.
  { eapply (feasible_here_sound integers inject_Z S); eauto using integers_nonneg, integers_add,
      integers_mul, integers_opp, integers_zero. }
  clear Fe.
  apply Nat.eqb_eq in H2. apply Z.ltb_lt in H0. rewrite Zlt_Qlt in H0.
  change (inject_Z 0) with 0 in H0. rewrite forallb_forall in H1, H.
  set (d := map inject_Z u). intros [_ (ms & F & B)].
  assert (Ld : length d = length theta) by (unfold d; now rewrite map_length).
  assert (Nd : forall p, nth p d 0 == inject_Z (nth p u 0%Z)).
  { intros p. unfold d. change 0 with (inject_Z 0) at 1. now rewrite map_nth. }
  assert (Fr : forall p, ~ free P p -> nth p d 0 == 0).
  { intros p N. destruct (Nat.lt_ge_cases p (length u)) as [I|I].
    - specialize (H1 p (proj2 (in_seq _ _ _) (conj (Nat.le_0_l p) I))). rewrite Nd.
      unfold is_fixed in H1.
      destruct (p <? first P)%nat eqn:U, (past P <=? p)%nat eqn:V; cbn [negb orb] in H1;
        try (apply Z.eqb_eq in H1; rewrite <- H1; reflexivity).
      exfalso. apply N. apply Nat.ltb_ge in U. apply Nat.leb_gt in V. now split.
    - unfold d. rewrite nth_overflow; [reflexivity|]. rewrite map_length. lia. }
  specialize (B d Ld Fr).
  assert (Pos : 0 < inner theta d).
  { assert (Fu : Forall2 (repZ 1%Z) d u).
    { unfold d. clear. induction u; cbn [map]; constructor; auto. unfold rep. cbn. ring. }
    pose proof (dot_rep integers inject_Z integers_zero integers_add integers_mul _ _ _ _ _ _
      (th_rep _ _ _ _ H4) Fu) as G. unfold rep in G. rewrite integers_mul in G.
    rewrite G in H0. pose proof (D_pos _ _ _ _ H4). change (inject_Z 1) with 1 in H0. nra. }
  assert (Neg : total (map (fun em => let '((y, x), (lambda, g)) := em in
      lambda * (y * total (map (fun ws => fst ws * derivative (net P) theta x d (snd ws)) g)))
      (combine (examples P) ms)) <= 0).
  { clear B. revert data E H. induction F as [|[y x] [lambda g] l ms [L A] F IH]; intros data E H.
    - cbn. lra.
    - inversion E as [|? [yZ xZ] ? data' [Y V] E']; subst. cbn [combine map]. rewrite total_cons.
      assert (R : total (map (fun em => let '((y, x), (lambda, g)) := em in
          lambda * (y * total (map (fun ws => fst ws * derivative (net P) theta x d (snd ws)) g)))
          (combine l ms)) <= 0) by (apply (IH data' E'); intros; apply H; now right).
      assert (T0 : lambda * (y * total (map (fun ws => fst ws *
          derivative (net P) theta x d (snd ws)) g)) <= 0); [|lra].
      destruct (Qlt_le_dec 0 lambda) as [Lp|Lz].
      2: { assert (L0 : lambda == 0) by lra. rewrite L0. lra. }
      destruct (A Lp) as [Ma [_ Co]]. cbn [fst snd] in Y, V.
      specialize (H (yZ, xZ) (or_introl eq_refl)). unfold no_help in H. cbn [fst snd] in H.
      destruct (margin integers S (net P) yZ xZ) as [[m c]|] eqn:M; [|discriminate].
      apply (margin_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
        integers_nonneg S (alpha (net P)) theta H4 (net P) y yZ x xZ m c eq_refl Y V) in M.
      destruct M as [_ M]. unfold rep in M. rewrite Ma, Qmult_1_l in M.
      apply (inject_Z_injective m c) in M. subst c. rewrite Z.eqb_refl in H. cbn [negb orb] in H.
      destruct (bounds S u (output (net P)) xZ [] (hidden (net P))) as [[lo hi]|] eqn:Bo;
        [|discriminate].
      assert (K : y * total (map (fun ws => fst ws * derivative (net P) theta x d (snd ws)) g) <= 0);
        [|nra].
      rewrite <- total_scale. apply total_nonpos. intros [w s] I. cbn [fst snd].
      destruct (Co w s I) as [W Se].
      destruct (bounds_within S (alpha (net P)) theta H4 H3 u (output (net P)) (hidden (net P))
        (1 :: x) xZ [] [] s (lo, hi) V) as (c & C & [Lo Hi]); auto.
      { intros j. destruct j; cbn [nth]; split; cbn [fst snd]; change (inject_Z 0) with 0; lra. }
      fold d in Lo, Hi. cbn [fst snd] in Lo, Hi. unfold derivative.
      set (q := along (alpha (net P)) theta d (output (net P)) (1 :: x) [] (hidden (net P)) s) in *.
      assert (Q0 : y * q <= 0).
      { apply orb_prop in H as [H|H]; apply andb_prop in H as [H H'].
        - apply Z.leb_le in H, H'. apply Zle_Q in H, H'. change (inject_Z 0) with 0 in *.
          rewrite Y in H. assert (q <= 0) by nra. nra.
        - apply Z.leb_le in H, H'. apply Zle_Q in H, H'. change (inject_Z 0) with 0 in *.
          rewrite Y in H. assert (0 <= q) by nra. nra. }
      nra. }
  lra.
Qed.
