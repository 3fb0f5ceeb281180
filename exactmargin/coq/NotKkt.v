(** * No KKT point: a direction u with <u, theta> > 0 that no active constraint can balance

    In every selection the derivative of y_i Phi_i in the direction u is at most 0: bounds are carried
    through the layers, and at z = 0 every slope between alpha and 1 is allowed for. Where that is too
    coarse, cases are taken at a zero: the derivative is affine in each single slope, so it is enough
    that the slopes 1 and alpha are allowed for there. *)

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

  (** What is decided of the slopes at zeros, by layer and unit: 1 ([true]) or alpha. *)
  Definition bend (side : option bool) (z : Z) (b : Z * Z) : Z * Z :=
    if 0 <? z then times (T S) b
    else if z <? 0 then times (a S) b
    else match side with
         | Some true => times (T S) b
         | Some false => times (a S) b
         | None => (Z.min (T S * fst b) (a S * fst b), Z.max (T S * snd b) (a S * snd b))
         end.

  Fixpoint bends (side : nat -> option bool) (h : list Z) (K : list (Z * Z)) (l : list unit_)
    : list (Z * Z) :=
    match l with
    | [] => []
    | row :: l' => bend (side 0%nat) (weigh integers (th S) h row) (pull_bounds h K row)
                   :: bends (fun k => side (Datatypes.S k)) h K l'
    end.

  Fixpoint bounds (out : unit_) (side : nat -> nat -> option bool) (h : list Z) (K : list (Z * Z))
    (layers : list (list unit_)) : option (Z * Z) :=
    match layers with
    | [] => Some (pull_bounds h K out)
    | l :: layers' =>
        match step integers S h l with
        | Some h' => bounds out (fun l => side (Datatypes.S l)) h'
                       ((0, 0) :: bends (side 0%nat) h K l) layers'
        | None => None
        end
    end.

  Inductive cases := Bound | Case (l k : nat) (plus minus : cases).

  Definition decide_unit (side : nat -> option bool) (k : nat) (b : bool) : nat -> option bool :=
    fun k' => if Nat.eqb k' k then Some b else side k'.
  Definition decide (side : nat -> nat -> option bool) (l k : nat) (b : bool)
    : nat -> nat -> option bool :=
    fun l' => if Nat.eqb l' l then decide_unit (side l') k b else side l'.

  Fixpoint falls (n : network) (e : Z * list Z) (side : nat -> nat -> option bool) (t : cases)
    : bool :=
    match t with
    | Bound =>
        match bounds (output n) side (snd e) [] (hidden n) with
        | Some (lo, hi) => ((0 <=? fst e) && (hi <=? 0)) || ((fst e <=? 0) && (0 <=? lo))
        | None => false
        end
    | Case l k plus minus =>
        falls n e (decide side l k true) plus && falls n e (decide side l k false) minus
    end.

  Definition no_help (n : network) (e : Z * list Z) (t : cases) : bool :=
    match margin integers S n (fst e) (snd e) with
    | Some (m, c) => negb (m =? c) || falls n e (fun _ _ => None) t
    | None => false
    end.
End Bounds.

(** A tree of cases for each example. *)
Definition is_not_kkt (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z))
  (u : list Z) (trees : list cases) : bool :=
  same_data P data && same_setting P theta S && (0 <=? a S)%Z && (length u =? length theta)%nat
  && forallb (fun p => negb (is_fixed P p) || Z.eqb 0 (nth p u 0%Z)) (seq 0 (length u))
  && (0 <? dot integers (th S) u)%Z && feasible_here integers S (net P) data
  && both (no_help S u (net P)) data trees.

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

  Definition slope_of (b : bool) : Q := if b then 1 else alpha.

  Lemma bend_within side z (n : Z) c b s q :
    0 < c -> inject_Z n == z * c -> slope_at alpha z s ->
    (forall d, side = Some d -> z == 0 -> s == slope_of d) -> within b q ->
    within (bend S side n b) (s * inject_Z (T S) * q).
  Proof.
    intros C E [P [N [A B]]] Sd W. pose proof (T_pos _ _ _ _ st) as TP.
    pose proof (a_rep _ _ _ _ st) as AR. unfold rep in AR. unfold bend.
    destruct (0 <? n)%Z eqn:G; [|destruct (n <? 0)%Z eqn:G'].
    - apply Z.ltb_lt in G. rewrite Zlt_Qlt, E in G. change (inject_Z 0) with 0 in G.
      assert (Z0 : 0 < z) by nra. apply (within_ext _ (inject_Z (T S) * q));
        [rewrite (P Z0); ring|now apply times_within].
    - apply Z.ltb_lt in G'. rewrite Zlt_Qlt, E in G'. change (inject_Z 0) with 0 in G'.
      assert (Z0 : z < 0) by nra. apply (within_ext _ (inject_Z (a S) * q));
        [rewrite (N Z0), AR; ring|now apply times_within].
    - apply Z.ltb_ge in G, G'. apply Zle_Q in G, G'. rewrite E in G, G'. change (inject_Z 0) with 0 in *.
      assert (Z0 : z == 0) by nra. destruct side as [[|]|].
      { apply (within_ext _ (inject_Z (T S) * q)); [|now apply times_within].
        rewrite (Sd true eq_refl Z0). unfold slope_of. ring. }
      { apply (within_ext _ (inject_Z (a S) * q)); [|now apply times_within].
        rewrite (Sd false eq_refl Z0), AR. unfold slope_of. ring. }
      clear Sd.
      apply Zle_Q in a_nonneg as AN. change (inject_Z 0) with 0 in AN.
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

  (** A selection has the slopes that are decided. *)
  Definition obeys (side : nat -> option bool) (h : list Q) (l : list unit_) (sl : list Q) : Prop :=
    forall k b row v, side k = Some b -> nth_error l k = Some row -> nth_error sl k = Some v ->
      pre theta h row == 0 -> v == slope_of b.

  Fixpoint chosen (side : nat -> nat -> option bool) (h : list Q) (layers : list (list unit_))
    (s : list (list Q)) : Prop :=
    match layers, s with
    | l :: layers', sl :: s' => obeys (side 0%nat) h l sl /\
        chosen (fun l => side (Datatypes.S l)) (next alpha theta h l) layers' s'
    | _, _ => True
    end.

  Lemma obeys_tail side h row l v sl : obeys side h (row :: l) (v :: sl) ->
    obeys (fun k => side (Datatypes.S k)) h l sl.
  Proof. intros O k. exact (O (Datatypes.S k)). Qed.

  Lemma bounds_within out layers : forall side h hZ k K s b,
    valuesZ h hZ ->
    (forall j, within (nth j K (0, 0)%Z) (nth j k 0 * inject_Z (unit_of integers hZ))) ->
    selection alpha theta h layers s -> chosen side h layers s ->
    bounds S u out side hZ K layers = Some b ->
    exists c, 0 < c /\ within b (along alpha theta d out h k layers s * c).
  Proof.
    induction layers as [|l layers IH]; intros side h hZ k K [|sl s] b V W;
      cbn [selection bounds chosen]; try tauto; intros Se Ch E.
    - injection E as <-. destruct V as [P F]. pose proof (D_pos _ _ _ _ st) as DP.
      exists (inject_Z (D S) * inject_Z (unit_of integers hZ)). split.
      + now apply Qmult_lt_0_compat.
      + cbn [along]. now apply pull_within.
    - destruct (step integers S hZ l) as [h'|] eqn:St; [|discriminate].
      destruct Se as [Se Se'], Ch as [Ch Ch'].
      destruct V as [P F]. pose proof (D_pos _ _ _ _ st) as DP.
      apply (step_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
        integers_nonneg S alpha theta st) with (h := h) in St; [|now split].
      destruct St as [U V]. cbn [along]. eapply IH; [exact V| |exact Se'|exact Ch'|exact E].
      assert (C : 0 < inject_Z (D S) * inject_Z (unit_of integers hZ)) by
        now apply Qmult_lt_0_compat.
      assert (Uq : inject_Z (unit_of integers h') ==
        inject_Z (T S) * (inject_Z (D S) * inject_Z (unit_of integers hZ))).
      { rewrite U. now rewrite <- !inject_Z_mult. }
      assert (Zero : within (0, 0)%Z (0 * inject_Z (unit_of integers h'))).
      { split; cbn [fst snd]; change (inject_Z 0) with 0; lra. }
      intros [|j]; cbn [nth]; [exact Zero|].
      clear IH E Se' Ch' V. revert Ch j. generalize (side 0%nat). clear side.
      induction Se as [|row v l sl Sl Se IHs]; intros side Ch [|j];
        cbn [combine map nth bends]; try exact Zero.
      + cbn [fst snd]. pose proof (pull_within h hZ k K row F W) as B.
        pose proof (weigh_rep integers inject_Z integers_zero integers_add integers_mul (D S) theta
          (th S) h hZ row (th_rep _ _ _ _ st) F) as Z. unfold rep in Z. rewrite integers_mul in Z.
        assert (Sd : forall b, side 0%nat = Some b -> pre theta h row == 0 -> v == slope_of b).
        { intros b' Sb. exact (Ch 0%nat b' row v Sb eq_refl eq_refl). }
        eapply within_ext; [|exact (bend_within _ _ _ _ _ _ _ C Z Sl Sd B)]. rewrite Uq. ring.
      + apply IHs. exact (obeys_tail _ _ _ _ _ _ Ch).
  Qed.

  (** ** Cases: the derivative is affine in one slope *)

  Lemma pre_mix t k k1 k0 h row :
    (forall j, nth j k 0 == t * nth j k1 0 + (1 - t) * nth j k0 0) ->
    pre theta k row + pre d h row ==
    t * (pre theta k1 row + pre d h row) + (1 - t) * (pre theta k0 row + pre d h row).
  Proof.
    intros M.
    assert (E : pre theta k row == t * pre theta k1 row + (1 - t) * pre theta k0 row); [|rewrite E; ring].
    unfold pre. rewrite <- !total_scale, <- total_plus. apply total_ext. intros e _.
    rewrite M. ring.
  Qed.

  Lemma along_mix t out layers : forall h k k1 k0 s,
    (forall j, nth j k 0 == t * nth j k1 0 + (1 - t) * nth j k0 0) ->
    along alpha theta d out h k layers s ==
    t * along alpha theta d out h k1 layers s + (1 - t) * along alpha theta d out h k0 layers s.
  Proof.
    induction layers as [|l layers IH]; intros h k k1 k0 [|sl s] M; cbn [along];
      try (now apply pre_mix).
    apply IH. intros [|j]; cbn [nth]; [ring|]. revert sl j.
    induction l as [|row l IHl]; intros [|v sl] [|j]; cbn [combine map nth fst snd]; try ring.
    - rewrite (pre_mix t k k1 k0 h row M). ring.
    - apply IHl.
  Qed.

  Notation fit h := (Forall2 (fun row v => slope_at alpha (pre theta h row) v)).

  Lemma layer_cases (g : unit_ -> Q) h l sl : fit h l sl -> forall side k, obeys side h l sl ->
    exists t sl1 sl0, 0 <= t /\ t <= 1 /\ fit h l sl1 /\ fit h l sl0 /\
      obeys (decide_unit side k true) h l sl1 /\ obeys (decide_unit side k false) h l sl0 /\
      let at_ s := map (fun rv => snd rv * g (fst rv)) (combine l s) in
      forall j, nth j (at_ sl) 0 == t * nth j (at_ sl1) 0 + (1 - t) * nth j (at_ sl0) 0.
  Proof.
    induction 1 as [|row v l sl Sl F IH]; intros side k O.
    - exists 1, [], []. split; [lra|]. split; [lra|]. split; [constructor|]. split; [constructor|].
      split; [|split]; try (intros [|k'] b row v _ E; discriminate).
      intros at_ j. unfold at_. destruct j; cbn [map combine nth]; ring.
    - destruct k as [|k].
      + assert (T0 : exists t v1 v0, 0 <= t /\ t <= 1 /\ slope_at alpha (pre theta h row) v1 /\
          slope_at alpha (pre theta h row) v0 /\ (pre theta h row == 0 -> v1 == 1 /\ v0 == alpha) /\
          v == t * v1 + (1 - t) * v0).
        { destruct (Qeq_dec (pre theta h row) 0) as [Z0|N].
          - destruct Sl as (_ & _ & A & B).
            assert (Ok : forall w, alpha <= w -> w <= 1 -> slope_at alpha (pre theta h row) w).
            { intros w W0 W1. repeat split; auto; intros X; rewrite Z0 in X; lra. }
            destruct (Qeq_dec alpha 1) as [One|].
            + exists 1, 1, alpha. repeat split; try lra; try apply Ok; lra.
            + assert (P : 0 < 1 - alpha) by lra.
              exists ((v - alpha) / (1 - alpha)), 1, alpha. repeat split; try (apply Ok; lra); try lra.
              * apply Qle_shift_div_l; lra.
              * apply Qle_shift_div_r; lra.
              * field. lra.
          - exists 1, v, v. repeat split; try lra; try apply Sl; tauto. }
        destruct T0 as (t & v1 & v0 & T0 & T1 & S1 & S0 & Ends & Mix).
        exists t, (v1 :: sl), (v0 :: sl). split; [exact T0|]. split; [exact T1|].
        split; [now constructor|]. split; [now constructor|]. split; [|split].
        * intros [|k'] b row' v' E R V' Z0; cbn in E, R, V'.
          -- injection E as <-. injection R as <-. injection V' as <-. now apply Ends.
          -- exact (O (Datatypes.S k') b row' v' E R V' Z0).
        * intros [|k'] b row' v' E R V' Z0; cbn in E, R, V'.
          -- injection E as <-. injection R as <-. injection V' as <-. now apply Ends.
          -- exact (O (Datatypes.S k') b row' v' E R V' Z0).
        * intros at_ [|j]; unfold at_; cbn [combine map nth fst snd]; [rewrite Mix|]; ring.
      + destruct (IH _ k (obeys_tail _ _ _ _ _ _ O)) as (t & s1 & s0 & T0 & T1 & F1 & F0 & O1 & O0 & M).
        exists t, (v :: s1), (v :: s0). split; [exact T0|]. split; [exact T1|].
        split; [now constructor|]. split; [now constructor|]. split; [|split].
        * intros [|k'] b row' v' E; [exact (O 0%nat b row' v' E)|exact (O1 k' b row' v' E)].
        * intros [|k'] b row' v' E; [exact (O 0%nat b row' v' E)|exact (O0 k' b row' v' E)].
        * intros at_ [|j]; unfold at_; cbn [combine map nth fst snd]; [ring|apply M].
  Qed.

  Lemma cases_cover out layers : forall side l k h kk s,
    selection alpha theta h layers s -> chosen side h layers s ->
    exists t s1 s0, 0 <= t /\ t <= 1 /\
      (selection alpha theta h layers s1 /\ chosen (decide side l k true) h layers s1) /\
      (selection alpha theta h layers s0 /\ chosen (decide side l k false) h layers s0) /\
      along alpha theta d out h kk layers s ==
        t * along alpha theta d out h kk layers s1 + (1 - t) * along alpha theta d out h kk layers s0.
  Proof.
    induction layers as [|layer layers IH]; intros side l k h kk [|sl s]; cbn [selection chosen];
      try tauto; intros Se Ch.
    - exists 1, [], []. repeat split; lra.
    - destruct Se as [F Se], Ch as [O Ch]. destruct l as [|l].
      + destruct (layer_cases (fun row => pre theta kk row + pre d h row) _ _ _ F _ k O)
          as (t & s1 & s0 & T0 & T1 & F1 & F0 & O1 & O0 & M).
        exists t, (s1 :: s), (s0 :: s). repeat split; auto. cbn [along].
        apply along_mix. intros [|j]; cbn [nth]; [ring|apply M].
      + destruct (IH (fun l => side (Datatypes.S l)) l k (next alpha theta h layer)
          (0 :: map (fun rv => snd rv * (pre theta kk (fst rv) + pre d h (fst rv))) (combine layer sl))
          s Se Ch) as (t & s1 & s0 & T0 & T1 & (A1 & B1) & (A0 & B0) & M).
        exists t, (sl :: s1), (sl :: s0). repeat split; auto.
  Qed.

  Lemma falls_sound n y yZ x xZ tree : Specification.alpha n = alpha -> inject_Z yZ == y ->
    valuesZ (1 :: x) xZ -> forall side s,
    selection alpha theta (1 :: x) (hidden n) s -> chosen side (1 :: x) (hidden n) s ->
    falls S u n (yZ, xZ) side tree = true -> y * derivative n theta x d s <= 0.
  Proof.
    intros En Y V. unfold derivative. rewrite En.
    induction tree as [|l k plus IHp minus IHm]; intros side s Se Ch H; cbn [falls fst snd] in H.
    - destruct (bounds S u (output n) side xZ [] (hidden n)) as [[lo hi]|] eqn:Bo; [|discriminate].
      destruct (bounds_within (output n) (hidden n) side (1 :: x) xZ [] [] s (lo, hi) V)
        as (c & C & [Lo Hi]); auto.
      { intros j. destruct j; cbn [nth]; split; cbn [fst snd]; change (inject_Z 0) with 0; lra. }
      cbn [fst snd] in Lo, Hi. set (q := along _ _ _ _ _ _ _ _) in *.
      apply orb_prop in H as [H|H]; apply andb_prop in H as [H H'];
        apply Z.leb_le in H, H'; apply Zle_Q in H, H'; change (inject_Z 0) with 0 in *;
        rewrite Y in H.
      + assert (q <= 0) by nra. nra.
      + assert (0 <= q) by nra. nra.
    - apply andb_prop in H as [Hp Hm].
      destruct (cases_cover (output n) _ _ l k _ [] _ Se Ch)
        as (t & s1 & s0 & T0 & T1 & (A1 & B1) & (A0 & B0) & M).
      specialize (IHp _ _ A1 B1 Hp). specialize (IHm _ _ A0 B0 Hm). rewrite M.
      set (q1 := along _ _ _ _ _ _ _ s1) in *. set (q0 := along _ _ _ _ _ _ _ s0) in *. nra.
  Qed.

  Lemma nothing_decided layers : forall h s, chosen (fun _ _ => None) h layers s.
  Proof.
    induction layers as [|l layers IH]; intros h [|sl s]; cbn [chosen]; auto.
    split; [|apply IH]. intros k b row v E. discriminate.
  Qed.
End Sound.

Theorem is_not_kkt_sound P theta S data u trees :
  is_not_kkt P theta S data u trees = true -> feasible P theta /\ ~ kkt P theta.
Proof.
  unfold is_not_kkt. intros E. apply andb_prop in E as [E H]. apply andb_prop in E as [E Fe].
  repeat apply andb_prop in E as [E ?H].
  apply same_data_shown in E. apply same_setting_stands in H4. apply Z.leb_le in H3.
  apply both_Forall2 in H.
  split.
  { eapply (feasible_here_sound integers inject_Z S); eauto using integers_nonneg, integers_add,
      integers_mul, integers_opp, integers_zero. }
  clear Fe.
  apply Nat.eqb_eq in H2. apply Z.ltb_lt in H0. rewrite Zlt_Qlt in H0.
  change (inject_Z 0) with 0 in H0. rewrite forallb_forall in H1.
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
  { clear B. revert data trees E H.
    induction F as [|[y x] [lambda g] l ms [L A] F IH]; intros data trees E H.
    - cbn. lra.
    - inversion E as [|? [yZ xZ] ? data' [Y V] E']; subst.
      inversion H as [|? tree ? trees' Nh H']; subst. cbn [combine map]. rewrite total_cons.
      specialize (IH data' trees' E' H').
      assert (T0 : lambda * (y * total (map (fun ws => fst ws *
          derivative (net P) theta x d (snd ws)) g)) <= 0); [|lra].
      destruct (Qlt_le_dec 0 lambda) as [Lp|Lz].
      2: { assert (L0 : lambda == 0) by lra. rewrite L0. lra. }
      destruct (A Lp) as [Ma [_ Co]]. cbn [fst snd] in Y, V.
      unfold no_help in Nh. cbn [fst snd] in Nh.
      destruct (margin integers S (net P) yZ xZ) as [[m c]|] eqn:M; [|discriminate].
      apply (margin_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
        integers_nonneg S (alpha (net P)) theta H4 (net P) y yZ x xZ m c eq_refl Y V) in M.
      destruct M as [_ M]. unfold rep in M. rewrite Ma, Qmult_1_l in M.
      apply (inject_Z_injective m c) in M. subst c. rewrite Z.eqb_refl in Nh. cbn [negb orb] in Nh.
      assert (K : y * total (map (fun ws => fst ws * derivative (net P) theta x d (snd ws)) g) <= 0);
        [|nra].
      rewrite <- total_scale. apply total_nonpos. intros [w s] I. cbn [fst snd].
      destruct (Co w s I) as [W Se].
      pose proof (falls_sound S (alpha (net P)) theta H4 H3 u (net P) y yZ x xZ tree eq_refl Y V _ s Se
        (nothing_decided _ _ _ _ _) Nh) as Q0.
      fold d in Q0. nra. }
  lra.
Qed.
