(** * A curve of better points from theta: theta is no local minimum *)

From Coq Require Import List ZArith QArith Qabs Qminmax Lqa Lia Bool Setoid.
From ExactMargin Require Import Specification Machine Soundness Minima.
Import ListNotations.
Local Open Scope Q_scope.

Lemma mul_mono c b e : 0 <= c -> b <= e -> c * b <= c * e.
Proof. intros C B. rewrite !(Qmult_comm c). now apply Qmult_le_compat_r. Qed.

(** ** The curve at t *)

Definition at_time (t : Q) (C : setting poly) : list Q :=
  map (fun p => ev t p / ev t (D C)) (th C).

Lemma singleton b p : both Z.eqb [b] p = true -> p = [b].
Proof.
  destruct p as [|c [|]]; cbn; try discriminate; rewrite ?andb_false_r; try discriminate.
  rewrite andb_true_r. intros E. apply Z.eqb_eq in E. now subst.
Qed.

Lemma ev_constants t l qs : forall c, Forall2 (repZ c) qs l ->
  Forall2 (rep (ev t) (constant c)) qs (map constant l).
Proof.
  intros c F. induction F; cbn [map]; constructor; auto. unfold rep in *. now rewrite !ev_constant.
Qed.

Lemma stands_constants t S alpha theta :
  standsZ S alpha theta -> stands (ev t) (constants S) alpha theta.
Proof.
  intros [P Q A F]. unfold constants. split; cbn [D T a th].
  - now rewrite ev_constant.
  - now rewrite ev_constant.
  - unfold rep in *. now rewrite !ev_constant.
  - now apply ev_constants.
Qed.

Section Descent.
  Context (P : problem) (theta : list Q) (S : setting Z) (C : setting poly)
    (data : list (Z * list Z)) (ok : descent P theta S C data = true).

  Lemma parts :
    Forall2 shown (examples P) data /\ standsZ S (alpha (net P)) theta /\
    (prefixes (Z.leb 1) 0 (D C) = true /\ D C <> []) /\
    (T C = [T S] /\ a C = [a S]) /\
    both (starts_at (D C)) theta (th C) = true /\
    agree P (stays_at (D C)) theta (th C) = true /\
    feasible_here polynomials C (net P)
      (map (fun e => (constant (fst e), map constant (snd e))) data) = true /\
    smaller polynomials C (constants S) = true.
  Proof.
    unfold descent in ok. repeat apply andb_prop in ok as [ok ?H].
    pose proof (same_data_shown _ _ ok). pose proof (same_setting_stands _ _ _ H7).
    pose proof (singleton _ _ H4). pose proof (singleton _ _ H3).
    assert (D C <> []) by (intros E; rewrite E in H5; discriminate). tauto.
  Qed.

  Section Time.
  Context (t : Q) (T0 : 0 < t) (T1 : t <= 1).

  Lemma denominator_at_least_one : 1 <= ev t (D C).
  Proof. destruct parts as (_ & _ & [E N] & _). now apply (prefixes_at_least 1). Qed.

  Lemma stands_at : stands (ev t) C (alpha (net P)) (at_time t C).
  Proof.
    pose proof denominator_at_least_one as B.
    destruct parts as (_ & [_ TP AR _] & _ & [ET EA] & _). split.
    - lra.
    - rewrite ET. change (0 < ev t (constant (T S))). now rewrite ev_constant.
    - unfold rep in *. rewrite ET, EA. cbn [ev]. rewrite AR. ring.
    - unfold at_time. induction (th C) as [|p l IH]; cbn [map]; constructor; auto.
      unfold rep. field. lra.
  Qed.

  Lemma shown_at :
    Forall2 (fun e g => ev t (fst g) == fst e /\ values polynomials (ev t) (1 :: snd e) (snd g))
      (examples P) (map (fun e => (constant (fst e), map constant (snd e))) data).
  Proof.
    destruct parts as (F & _). clear ok.
    induction F as [|[y x] [yA xA] l k [L [V W]] F IH]; cbn [map fst snd]; constructor; auto.
    cbn [fst snd] in *. split; [now rewrite ev_constant|].
    destruct xA as [|d xA]; [inversion W|]. split; [|now apply ev_constants].
    change (0 < ev t (constant d)). now rewrite ev_constant.
  Qed.

  Theorem better_at :
    competitor P theta (at_time t C) /\ inner (at_time t C) (at_time t C) < inner theta theta.
  Proof.
    pose proof stands_at as ST. pose proof shown_at as SH. pose proof denominator_at_least_one as B.
    destruct parts as (_ & SZ & _ & _ & _ & AG & FE & SM). split.
    - apply (agree_nth P (stays_at (D C)) theta (th C) 0 []) in AG as [L F].
      split; [unfold at_time; now rewrite map_length|]. split.
      + intros p N. destruct (Nat.lt_ge_cases p (length theta)) as [I|I].
        * specialize (F p I N). unfold at_time.
          rewrite (nth_indep _ 0 (ev t [] / ev t (D C))) by (rewrite map_length; lia).
          rewrite (map_nth (fun q => ev t q / ev t (D C))).
          unfold stays_at in F. set (q := nth p theta 0) in *. set (r := nth p (th C) []) in *.
          assert (Z0 : forall w, forallb (Z.eqb 0) w = true -> ev t w == 0).
          { induction w as [|b w IH]; cbn [forallb ev]; [reflexivity|]. intros W.
            apply andb_prop in W as [W W']. apply Z.eqb_eq in W. subst b. rewrite IH by auto. ring. }
          apply Z0 in F. rewrite ev_add, !ev_scale, inject_Z_opp in F.
          assert (K : q * inject_Z (QDen q) == inject_Z (Qnum q)).
          { unfold Qeq. cbn. destruct q as [u v]. cbn. rewrite !Pos.mul_1_r. lia. }
          rewrite <- K in F.
          assert (KP : 0 < inject_Z (QDen q)) by reflexivity.
          assert (F' : inject_Z (QDen q) * (q * ev t (D C) - ev t r) == 0) by (rewrite <- F; ring).
          apply Qmult_integral in F' as [F'|F']; [rewrite F' in KP; discriminate|].
          setoid_replace (ev t r) with (q * ev t (D C)) by lra. field. lra.
        * rewrite !nth_overflow; [reflexivity|lia|]. unfold at_time. rewrite map_length. lia.
      + eapply (feasible_here_sound polynomials (ev t) C); eauto.
        * intros c. now apply pnonneg_sound.
        * reflexivity.
        * intros b c. apply ev_add.
        * intros b c. apply ev_mul.
        * intros b. apply ev_opp.
    - eapply (smaller_sound polynomials (ev t) (constants S) C (alpha (net P)) (alpha (net P)));
        eauto using stands_constants.
      + intros c. now apply ppositive_sound.
      + reflexivity.
      + intros b c. apply ev_add.
      + intros b c. apply ev_mul.
      + intros b. apply ev_opp.
  Qed.
  End Time.

  (** ** The curve tends to theta *)

  Fixpoint size (p : poly) : Q :=
    match p with [] => 0 | b :: p' => Qabs (inject_Z b) + size p' end.

  Lemma size_nonneg p : 0 <= size p.
  Proof. induction p as [|b p IH]; cbn [size]; [lra|]. pose proof (Qabs_nonneg (inject_Z b)). lra. Qed.

  Lemma ev_size t p : 0 < t -> t <= 1 -> Qabs (ev t p) <= size p.
  Proof.
    intros T0 T1. induction p as [|b p IH]; cbn [ev size]; [cbn; lra|].
    eapply Qle_trans; [apply Qabs_triangle|]. rewrite Qabs_Qmult, (Qabs_pos t) by lra.
    assert (t * Qabs (ev t p) <= 1 * size p) by (apply Qmult_le_compat_nonneg; split; try lra; apply Qabs_nonneg).
    lra.
  Qed.

  (** How fast a parameter may move. *)
  Definition speed (q : Q) (p : poly) : Q := size (tl p) + Qabs q * size (tl (D C)).

  Lemma speed_nonneg q p : 0 <= speed q p.
  Proof.
    unfold speed. pose proof (size_nonneg (tl p)). pose proof (size_nonneg (tl (D C))).
    pose proof (Qmult_le_0_compat _ _ (Qabs_nonneg q) H0). lra.
  Qed.

  Lemma close t q p : 0 < t -> t <= 1 -> starts_at (D C) q p = true ->
    Qabs (ev t p / ev t (D C) - q) <= t * speed q p.
  Proof.
    intros T0 T1 E. pose proof (denominator_at_least_one t T0 T1) as B.
    destruct parts as (_ & _ & [_ N] & _).
    assert (H : ev t p - q * ev t (D C) == t * (ev t (tl p) - q * ev t (tl (D C)))).
    { unfold starts_at in E. apply eqb_rep in E. unfold rep in E.
      destruct (D C) as [|d d']; [congruence|]. cbn [hd] in E.
      destruct p as [|b p]; cbn [hd tl ev] in *; rewrite ?E; [|ring].
      change (inject_Z 0) with 0 in E. rewrite <- E at 1. rewrite Qmult_plus_distr_r. 
      setoid_replace (q * inject_Z d) with 0 by (now rewrite <- E). ring. }
    setoid_replace (ev t p / ev t (D C) - q) with ((ev t p - q * ev t (D C)) / ev t (D C))
      by (field; lra).
    rewrite H. unfold Qdiv. rewrite !Qabs_Qmult, (Qabs_pos t) by lra.
    assert (I : Qabs (/ ev t (D C)) <= 1).
    { rewrite Qabs_pos by (apply Qinv_le_0_compat; lra).
      apply Qle_shift_inv_r; lra. }
    assert (J : Qabs (ev t (tl p) - q * ev t (tl (D C))) <= speed q p).
    { unfold speed, Qminus. eapply Qle_trans; [apply Qabs_triangle|].
      rewrite Qabs_opp, Qabs_Qmult. pose proof (ev_size t (tl p) T0 T1).
      pose proof (mul_mono _ _ _ (Qabs_nonneg q) (ev_size t (tl (D C)) T0 T1)). lra. }
    set (u := Qabs (ev t (tl p) - q * ev t (tl (D C)))) in *.
    set (v := Qabs (/ ev t (D C))) in *.
    assert (0 <= u) by apply Qabs_nonneg. assert (0 <= v) by apply Qabs_nonneg.
    assert (0 <= t * u) by (apply Qmult_le_0_compat; lra).
    pose proof (mul_mono (t * u) v 1 H2 I). pose proof (mul_mono t u _ (Qlt_le_weak _ _ T0) J). lra.
  Qed.

  Definition reach : Q :=
    total (map (fun qp => speed (fst qp) (snd qp) * speed (fst qp) (snd qp))
      (combine theta (th C))).

  Lemma near t : 0 < t -> t <= 1 -> square_distance (at_time t C) theta <= t * reach.
  Proof.
    intros T0 T1. unfold reach, square_distance, at_time, total.
    destruct parts as (_ & _ & _ & _ & ST & _). apply both_Forall2 in ST.
    assert (CL : forall q p, starts_at (D C) q p = true ->
      Qabs (ev t p / ev t (D C) - q) <= t * speed q p) by (intros; now apply close).
    pose proof speed_nonneg as SN. revert ST. generalize (th C) as ps. generalize theta as qs.
    intros qs ps ST.
    induction ST as [|q p qs ps E ST IH]; cbn [map combine fold_right fst snd]; [lra|].
    pose proof (CL q p E) as K. pose proof (SN q p) as N.
    set (u := ev t p / ev t (D C) - q) in *. set (v := speed q p) in *.
    assert (u * u <= t * (v * v)).
    { assert (u * u == Qabs u * Qabs u) by (rewrite <- Qabs_Qmult, Qabs_pos; [reflexivity|nra]).
      rewrite H. pose proof (Qabs_nonneg u). assert (Qabs u * Qabs u <= (t * v) * (t * v)) by nra.
      assert (t * v * (t * v) <= t * (v * v)) by nra. lra. }
    lra.
  Qed.

  Lemma reach_nonneg : 0 <= reach.
  Proof.
    apply total_nonneg. intros [q p] _. cbn [fst snd]. pose proof (speed_nonneg q p). nra.
  Qed.

  Theorem not_local_minimum : ~ local_minimum P theta.
  Proof.
    intros [_ (eps & E & M)]. pose proof reach_nonneg as N.
    set (t := Qmin 1 (eps / (2 * (reach + 1)))).
    assert (X : 0 < eps / (2 * (reach + 1))) by (apply Qlt_shift_div_l; lra).
    assert (T0 : 0 < t) by (unfold t; destruct (Q.min_spec 1 (eps / (2 * (reach + 1)))) as [[_ ->]|[_ ->]]; lra).
    assert (T1 : t <= 1) by apply Q.le_min_l.
    assert (T2 : t <= eps / (2 * (reach + 1))) by apply Q.le_min_r.
    destruct (better_at t T0 T1) as [Co L]. specialize (M _ Co).
    apply (Qlt_not_le _ _ L), M. eapply Qle_lt_trans; [now apply near|].
    assert (t * (2 * (reach + 1)) <= eps).
    { apply Qle_shift_mult_r in T2 || idtac.
      setoid_replace eps with (eps / (2 * (reach + 1)) * (2 * (reach + 1))) by (field; lra). nra. }
    nra.
  Qed.
End Descent.

(** Both at once: theta is no local minimum, and the curve is better for all t in (0, 1]. *)
Theorem descent_sound P theta S C data : descent P theta S C data = true ->
  ~ local_minimum P theta /\
  forall t, 0 < t -> t <= 1 ->
    competitor P theta (at_time t C) /\ inner (at_time t C) (at_time t C) < inner theta theta.
Proof.
  intros E. split; [exact (not_local_minimum P theta S C data E)|].
  intros t T0 T1. exact (better_at P theta S C data E t T0 T1).
Qed.
