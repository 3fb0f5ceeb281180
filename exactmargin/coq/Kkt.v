(** * KKT points: gradients with chosen slopes, and multipliers *)

From Coq Require Import List ZArith QArith Lqa Lia Bool Setoid.
From ExactMargin Require Import Specification Machine Soundness Minima.
Import ListNotations.
Local Open Scope Q_scope.

(** ** What is computed *)

Section Gradients.
  Context {A : Type} (R : ring A) (S : setting A).
  Notation "a + b" := (add R a b).
  Notation "a * b" := (mul R a b).
  Notation "- a" := (opp R a).

  Definition equal (b c : A) : bool := at_most R b c && at_most R c b.

  Fixpoint vadd (u v : list A) : list A :=
    match u, v with
    | [], _ => v
    | _, [] => u
    | b :: u', c :: v' => b + c :: vadd u' v'
    end.

  (** c more at place p. *)
  Fixpoint bump (p : nat) (c : A) (v : list A) : list A :=
    match p, v with
    | O, [] => [c]
    | O, b :: v' => b + c :: v'
    | Datatypes.S p', [] => zero R :: bump p' c []
    | Datatypes.S p', b :: v' => b :: bump p' c v'
    end.

  (** The gradient of a pre-activation, over the denominator D * (head of h); [G] has the gradients
      of the sources over the head of h. *)
  Definition pull (h : list A) (G : list (list A)) (row : unit_) : list A :=
    fold_right (fun e rest =>
      bump (fst e) (D S * nth (snd e) h (zero R))
        (vadd (scale R (nth (fst e) (th S) (zero R)) (nth (snd e) G [])) rest)) [] row.

  Definition slope_ok (h : list A) (row : unit_) (s : A) : bool :=
    let z := weigh R (th S) h row in
    at_most R (a S) s && at_most R s (T S)
    && ((nonneg R z && nonneg R (- z)) || (nonneg R z && equal s (T S))
        || (nonneg R (- z) && equal s (a S))).

  Fixpoint gradient (out : unit_) (h : list A) (G : list (list A)) (layers : list (list unit_))
    (slopes : list (list A)) : option (list A * A) :=
    match layers, slopes with
    | [], [] => Some (pull h G out, D S * unit_of R h)
    | l :: layers', s :: slopes' =>
        match step R S h l with
        | Some h' =>
            if both (slope_ok h) l s
            then gradient out h' ([] :: map (fun rv => scale R (snd rv) (pull h G (fst rv))) (combine l s))
                   layers' slopes'
            else None
        | None => None
        end
    | _, _ => None
    end.

  (** Weights over [W] with slopes over T: a convex combination of gradients over [c]. *)
  Fixpoint mix (n : network) (x : list A) (c : A) (g : list (A * list (list A))) : option (list A) :=
    match g with
    | [] => Some []
    | (w, s) :: g' =>
        match gradient (output n) x [] (hidden n) s, mix n x c g' with
        | Some (v, c'), Some r => if nonneg R w && equal c c' then Some (vadd (scale R w v) r) else None
        | _, _ => None
        end
    end.

  (** The sum of lambda_i y_i g_i, over L * W * c. *)
  Fixpoint pulls (n : network) (W c : A) (data : list (A * list A))
    (multipliers : list (A * list (A * list (list A)))) : option (list A) :=
    match data, multipliers with
    | [], [] => Some []
    | (y, x) :: data', (l, g) :: multipliers' =>
        match pulls n W c data' multipliers' with
        | Some rest =>
            if nonneg R (- l) && nonneg R l then Some rest
            else if positive R l && margin_is_one R S n y x && equal (sum R (map fst g)) W
            then match mix n x c g with
                 | Some v => Some (vadd (scale R (l * y) v) rest)
                 | None => None
                 end
            else None
        | None => None
        end
    | _, _ => None
    end.
End Gradients.

(** theta D-scaled against the sum: at every free parameter p. *)
Definition balanced (P : problem) (S : setting Z) (L W c : Z) (total : list Z) : bool :=
  forallb (fun p => is_fixed P p
                    || Z.eqb (nth p (th S) 0 * (L * (W * c))) (D S * nth p total 0))%Z
    (seq 0 (length (th S))).

Definition is_kkt (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z))
  (L W c : Z) (multipliers : list (Z * list (Z * list (list Z)))) : bool :=
  same_data P data && same_setting P theta S && (0 <? L)%Z && (0 <? W)%Z && (0 <? c)%Z
  && feasible_here integers S (net P) data
  && match pulls integers S (net P) W c data multipliers with
     | Some v => balanced P S L W c v
     | None => false
     end.

(** ** Soundness *)

Section Sound.
  Context {A : Type} (R : ring A) (f : A -> Q).
  Hypothesis f_zero : f (zero R) == 0.
  Hypothesis f_add : forall b c, f (add R b c) == f b + f c.
  Hypothesis f_mul : forall b c, f (mul R b c) == f b * f c.
  Hypothesis f_opp : forall b, f (opp R b) == - f b.
  Hypothesis f_nonneg : forall b, nonneg R b = true -> 0 <= f b.
  Hypothesis f_positive : forall b, positive R b = true -> 0 < f b.
  Context (S : setting A) (alpha : Q) (theta : list Q) (st : stands f S alpha theta).

  Lemma equal_sound b c : equal R b c = true -> f b == f c.
  Proof.
    intros E. apply andb_prop in E as [E F].
    apply (at_most_sound R f f_add f_opp f_nonneg) in E, F. lra.
  Qed.

  (** A gradient, as a linear map. *)
  Fixpoint apply (d : list Q) (v : list A) : Q :=
    match d, v with
    | q :: d', b :: v' => q * f b + apply d' v'
    | _, _ => 0
    end.

  Lemma apply_nil d : apply d [] = 0.
  Proof. now destruct d. Qed.

  Lemma apply_vadd d : forall u v, apply d (vadd R u v) == apply d u + apply d v.
  Proof.
    induction d as [|q d IH]; intros [|b u] [|c v]; cbn [vadd apply]; try ring.
    rewrite IH, f_add. ring.
  Qed.

  Lemma apply_scale c d : forall v, apply d (scale R c v) == f c * apply d v.
  Proof.
    unfold scale. induction d as [|q d IH]; intros [|b v]; cbn [map apply]; try ring.
    rewrite IH, f_mul. ring.
  Qed.

  Lemma apply_bump c p : forall d v, apply d (bump R p c v) == apply d v + nth p d 0 * f c.
  Proof.
    induction p as [|p IH]; intros [|q d] [|b v]; cbn [bump apply nth]; try ring.
    - rewrite apply_nil. ring.
    - rewrite f_add. ring.
    - rewrite IH, apply_nil, f_zero. ring.
    - rewrite IH. ring.
  Qed.

  Lemma pull_rep d h hA k G row :
    Forall2 (rep f (unit_of R hA)) h hA ->
    (forall j, apply d (nth j G []) == nth j k 0 * f (unit_of R hA)) ->
    apply d (pull R S hA G row) ==
    (pre theta k row + pre d h row) * (f (D S) * f (unit_of R hA)).
  Proof.
    intros F K. unfold pull, pre, total. induction row as [|e row IH]; cbn [map fold_right].
    - rewrite apply_nil. ring.
    - rewrite apply_bump, apply_vadd, apply_scale, IH, K, f_mul.
      pose proof (rep_nth R f f_zero (D S) theta (th S) (fst e) (th_rep _ _ _ _ st)) as P.
      pose proof (rep_nth R f f_zero _ h hA (snd e) F) as P'. unfold rep in P, P'.
      rewrite P, P'. ring.
  Qed.

  Definition slope (s : A) : Q := f s / f (T S).

  Lemma slope_rep s : f s == slope s * f (T S).
  Proof. unfold slope. pose proof (T_pos _ _ _ _ st). field. lra. Qed.

  Lemma slope_ok_sound h hA row s :
    values R f h hA -> slope_ok R S hA row s = true ->
    slope_at alpha (pre theta h row) (slope s).
  Proof.
    intros [P F] E. unfold slope_ok in E.
    pose proof (weigh_rep R f f_zero f_add f_mul (D S) theta (th S) h hA row
      (th_rep _ _ _ _ st) F) as Z. unfold rep in Z. rewrite f_mul in Z.
    pose proof (D_pos _ _ _ _ st) as DP. pose proof (T_pos _ _ _ _ st) as TP.
    pose proof (a_rep _ _ _ _ st) as AR. unfold rep in AR. pose proof (slope_rep s) as SR.
    assert (C : 0 < f (D S) * f (unit_of R hA)) by now apply Qmult_lt_0_compat.
    apply andb_prop in E as [E G]. apply andb_prop in E as [E E'].
    apply (at_most_sound R f f_add f_opp f_nonneg) in E, E'. rewrite AR, SR in E. rewrite SR in E'.
    assert (I : alpha <= slope s <= 1) by (split; nra).
    set (z := pre theta h row) in *. set (c := f (D S) * f (unit_of R hA)) in *.
    apply orb_prop in G as [G|G]; [apply orb_prop in G as [G|G]|];
      apply andb_prop in G as [G H]; repeat split; try tauto; intros N.
    - apply f_nonneg in H. rewrite f_opp, Z in H. nra.
    - apply f_nonneg in G. rewrite Z in G. nra.
    - apply equal_sound in H. rewrite SR in H. nra.
    - apply f_nonneg in G. rewrite Z in G. nra.
    - apply f_nonneg in G. rewrite f_opp, Z in G. nra.
    - apply equal_sound in H. rewrite SR, AR in H. nra.
  Qed.

  Definition slopes (s : list (list A)) : list (list Q) := map (map slope) s.

  Lemma gradient_selection out layers : forall h hA G s v c,
    values R f h hA -> gradient R S out hA G layers s = Some (v, c) ->
    selection alpha theta h layers (slopes s).
  Proof.
    induction layers as [|l layers IH]; intros h hA G [|s ss] v c V; cbn [gradient];
      try discriminate; cbn [slopes map selection].
    - trivial.
    - destruct (step R S hA l) as [h'|] eqn:W; [|discriminate].
      destruct (both (slope_ok R S hA) l s) eqn:B; [|discriminate]. intros E. split.
      + apply both_Forall2 in B. clear E W IH.
        induction B; cbn [map]; constructor; auto. eapply slope_ok_sound; eauto.
      + apply (step_rep R f f_zero f_add f_mul f_opp f_nonneg S alpha theta st) with (h := h) in W;
          [|exact V]. destruct W as [_ W]. eapply IH; eauto.
  Qed.

  Lemma gradient_rep d out layers : forall h hA k G s v c,
    values R f h hA -> (forall j, apply d (nth j G []) == nth j k 0 * f (unit_of R hA)) ->
    gradient R S out hA G layers s = Some (v, c) ->
    apply d v == along alpha theta d out h k layers (slopes s) * f c.
  Proof.
    induction layers as [|l layers IH]; intros h hA k G [|s ss] v c V K; cbn [gradient];
      try discriminate; cbn [slopes map along].
    - intros E. injection E as <- <-. destruct V as [_ F]. rewrite f_mul. now apply pull_rep.
    - destruct (step R S hA l) as [h'|] eqn:W; [|discriminate].
      destruct (both (slope_ok R S hA) l s) eqn:B; [|discriminate]. intros E.
      apply (step_rep R f f_zero f_add f_mul f_opp f_nonneg S alpha theta st) with (h := h) in W;
        [|exact V]. destruct W as [U W].
      eapply IH; [exact W| |exact E]. intros [|j]; cbn [nth].
      + rewrite apply_nil. ring.
      + rewrite U, !f_mul. destruct V as [_ F]. clear E B U W IH.
        revert s j. induction l as [|row l IHl]; intros [|b s] [|j]; cbn [combine map nth];
          rewrite ?apply_nil; try ring.
        * cbn [fst snd]. rewrite apply_scale, (pull_rep d h hA k G row F K), slope_rep. ring.
        * apply IHl.
  Qed.

  (** The witnesses of the specification. *)
  Context (n : network) (n_alpha : Specification.alpha n = alpha).

  Definition weights (W : A) (g : list (A * list (list A))) : subgradient :=
    map (fun ws => (f (fst ws) / f W, slopes (snd ws))) g.

  Lemma mix_rep W c x xA : 0 < f W -> values R f (1 :: x) xA -> forall g v,
    mix R S n xA c g = Some v ->
    (forall w s, In (w, s) (weights W g) -> 0 <= w /\ selection alpha theta (1 :: x) (hidden n) s) /\
    forall d, apply d v ==
      total (map (fun ws => fst ws * derivative n theta x d (snd ws)) (weights W g)) * (f W * f c).
  Proof.
    intros WP V. induction g as [|[w s] g IH]; cbn [mix weights map]; intros v.
    - intros E. injection E as <-. split; [intros ? ? []|]. intros d. rewrite apply_nil.
      unfold total. cbn [fold_right]. ring.
    - destruct (gradient R S (output n) xA [] (hidden n) s) as [[u c']|] eqn:G; [|discriminate].
      destruct (mix R S n xA c g) as [r|] eqn:M; [|discriminate].
      destruct (nonneg R w && equal R c c')%bool eqn:B; [|discriminate].
      intros E. injection E as <-. apply andb_prop in B as [B C]. apply equal_sound in C.
      apply f_nonneg in B. destruct (IH r eq_refl) as [IS ID]. split.
      + intros w' s' [I|I]; [|now apply IS]. injection I as <- <-. cbn [fst snd]. split.
        * apply Qle_shift_div_l; [exact WP|lra].
        * eapply gradient_selection; eauto.
      + intros d. rewrite apply_vadd, apply_scale, ID.
        rewrite (gradient_rep d (output n) (hidden n) (1 :: x) xA [] [] s u c' V); [|  |exact G].
        * unfold total. cbn [map fold_right fst snd]. unfold weights, derivative.
          rewrite C, n_alpha. field. lra.
        * intros j. destruct j; cbn [nth]; rewrite apply_nil; ring.
  Qed.

  Definition witness (L W : A) (lg : A * list (A * list (list A))) : Q * subgradient :=
    (f (fst lg) / f L, weights W (snd lg)).

  Lemma weights_sum W g : 0 < f W -> f (sum R (map fst g)) == f W ->
    total (map fst (weights W g)) == 1.
  Proof.
    intros WP E. assert (H : total (map fst (weights W g)) == f (sum R (map fst g)) / f W).
    { clear E. unfold weights, total, sum. induction g as [|[w s] g IH]; cbn [map fold_right fst snd].
      - rewrite f_zero. field. lra.
      - rewrite IH, f_add. field. lra. }
    rewrite H, E. field. lra.
  Qed.

  Lemma pulls_rep L W c : 0 < f L -> 0 < f W -> forall l data multipliers v,
    Forall2 (fun e g => f (fst g) == fst e /\ values R f (1 :: snd e) (snd g)) l data ->
    pulls R S n W c data multipliers = Some v ->
    Forall2 (admissible n theta) l (map (witness L W) multipliers) /\
    forall d, apply d v ==
      total (map (fun em => let '((y, x), (lambda, g)) := em in
        lambda * (y * total (map (fun ws => fst ws * derivative n theta x d (snd ws)) g)))
        (combine l (map (witness L W) multipliers))) * (f L * (f W * f c)).
  Proof.
    intros LP WP l data multipliers v F. revert multipliers v.
    induction F as [|[y x] [yA xA] l data [Y V] F IH]; intros [|[m g] multipliers] v;
      cbn [pulls]; try discriminate; cbn [map combine].
    - intros E. injection E as <-. split; [constructor|]. intros d. rewrite apply_nil.
      unfold total. cbn [fold_right]. ring.
    - destruct (pulls R S n W c data multipliers) as [r|] eqn:M; [|discriminate].
      specialize (IH multipliers r M) as [IA ID]. cbn [fst snd] in Y, V.
      destruct (nonneg R (opp R m) && nonneg R m)%bool eqn:Z0.
      + intros E. injection E as <-. apply andb_prop in Z0 as [Z0 Z1].
        apply f_nonneg in Z0, Z1. rewrite f_opp in Z0. assert (M0 : f m == 0) by lra.
        assert (Q0 : f m / f L == 0) by (rewrite M0; field; lra). split.
        * constructor; [|exact IA]. unfold witness, admissible. cbn [fst snd]. rewrite Q0.
          split; [lra|]. intros N. lra.
        * intros d. unfold total in *. cbn [fold_right]. unfold witness at 1. cbn [fst snd].
          rewrite Q0, ID. ring.
      + destruct (positive R m && margin_is_one R S n yA xA && equal R (sum R (map fst g)) W)%bool
          eqn:B; [|discriminate].
        destruct (mix R S n xA c g) as [u|] eqn:G; [|discriminate].
        intros E. injection E as <-. apply andb_prop in B as [B C]. apply andb_prop in B as [B B'].
        apply f_positive in B. apply equal_sound in C.
        destruct (mix_rep W c x xA WP V g u G) as [MS MD]. split.
        * constructor; [|exact IA]. unfold witness, admissible. cbn [fst snd].
          split; [apply Qle_shift_div_l; [exact LP|lra]|]. intros _. split.
          -- eapply (margin_is_one_sound R f f_zero f_add f_mul f_opp f_nonneg S alpha theta st);
               eauto.
          -- split; [now apply weights_sum|]. rewrite n_alpha. exact MS.
        * intros d. rewrite apply_vadd, apply_scale, MD, ID, f_mul, Y.
          cbn [map]. rewrite total_cons. change (witness L W (m, g)) with (f m / f L, weights W g). cbv beta iota.
          field. lra.
  Qed.
End Sound.

(** theta paired with d is what the sum gives, if they agree at every free parameter. *)
Lemma balanced_inner P S L W c v theta :
  Forall2 (repZ (D S)) theta (th S) -> 0 < inject_Z (D S) -> balanced P S L W c v = true ->
  forall d, length d = length theta -> (forall p, ~ free P p -> nth p d 0 == 0) ->
  inner theta d * (inject_Z L * (inject_Z W * inject_Z c)) == apply inject_Z d v.
Proof.
  intros F DP B d Ld Fr. unfold balanced in B. rewrite forallb_forall in B.
  set (X := inject_Z L * (inject_Z W * inject_Z c)).
  assert (E : forall p, (p < length theta)%nat -> nth p d 0 == 0 \/
    nth p theta 0 * X == inject_Z (nth p v 0%Z)).
  { intros p I. assert (I' : In p (seq 0 (length (th S)))).
    { apply in_seq. rewrite <- (Forall2_length _ _ _ F). lia. }
    specialize (B p I'). unfold is_fixed in B.
    destruct (p <? first P)%nat eqn:U, (past P <=? p)%nat eqn:V; cbn [orb] in B;
      try (left; apply Fr; unfold free; rewrite ?Nat.ltb_lt, ?Nat.leb_le in *; lia).
    right. apply Z.eqb_eq in B.
    pose proof (rep_nth integers inject_Z (Qeq_refl 0) (D S) theta (th S) p F) as N. unfold rep in N.
    cbn [zero integers] in N.
    assert (H : inject_Z (nth p (th S) 0%Z) * X == inject_Z (D S) * inject_Z (nth p v 0%Z)).
    { unfold X. rewrite <- !inject_Z_mult. now rewrite B. }
    rewrite N in H.
    assert (K : inject_Z (D S) * (nth p theta 0 * X - inject_Z (nth p v 0%Z)) == 0).
    { setoid_replace (inject_Z (D S) * (nth p theta 0 * X - inject_Z (nth p v 0%Z))) with
        (nth p theta 0 * inject_Z (D S) * X - inject_Z (D S) * inject_Z (nth p v 0%Z)) by ring.
      rewrite H. ring. }
    apply Qmult_integral in K as [K|K]; lra. }
  clear - E Ld. revert d v Ld E. unfold inner, total.
  induction theta as [|q theta IH]; intros [|r d] v Ld E; cbn [length] in Ld; try discriminate;
    cbn [combine map fold_right].
  - destruct v; cbn [apply]; ring.
  - destruct v as [|b v]; cbn [apply fst snd].
    + assert (H : forall (theta d : list Q), length d = length theta ->
        (forall p, (p < length theta)%nat -> nth p d 0 == 0 \/ nth p theta 0 * X == 0) ->
        fold_right Qplus 0 (map (fun ab => fst ab * snd ab) (combine theta d)) * X == 0).
      { clear - X. induction theta as [|q theta IH]; intros [|r d] Le Ev; cbn [length] in Le;
          try discriminate; cbn [combine map fold_right fst snd]; [ring|].
        specialize (IH d (eq_add_S _ _ Le) (fun p I => Ev (Datatypes.S p) (proj1 (Nat.succ_lt_mono _ _) I))).
        destruct (Ev 0%nat ltac:(cbn; lia)) as [H|H]; cbn [nth] in H.
        - rewrite H. rewrite Qmult_0_r, Qplus_0_l. exact IH.
        - setoid_replace ((q * r + fold_right Qplus 0
            (map (fun ab => fst ab * snd ab) (combine theta d))) * X) with
            (q * X * r + fold_right Qplus 0
              (map (fun ab => fst ab * snd ab) (combine theta d)) * X) by ring.
          rewrite H, IH. ring. }
      apply (H (q :: theta) (r :: d)); [cbn; lia|]. intros p I. specialize (E p I).
      destruct p; exact E.
    + specialize (IH d v (eq_add_S _ _ Ld)
        (fun p I => E (Datatypes.S p) (proj1 (Nat.succ_lt_mono _ _) I))).
      destruct (E 0%nat ltac:(cbn; lia)) as [H|H]; cbn [nth] in H.
      * rewrite H, <- IH. ring.
      * rewrite <- IH, <- H. ring.
Qed.

Theorem is_kkt_sound P theta S data L W c multipliers :
  is_kkt P theta S data L W c multipliers = true -> kkt P theta.
Proof.
  unfold is_kkt. intros E. apply andb_prop in E as [E G]. repeat apply andb_prop in E as [E ?H].
  apply same_data_shown in E. apply same_setting_stands in H3.
  apply Z.ltb_lt in H0, H1, H2. rewrite Zlt_Qlt in H0, H1, H2.
  destruct (pulls integers S (net P) W c data multipliers) as [v|] eqn:V; [|discriminate].
  destruct (pulls_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
    integers_nonneg integers_positive S (alpha (net P)) theta H3 (net P) eq_refl L W c H2 H1
    (examples P) data multipliers v E V) as [AD SU].
  split.
  - eapply (feasible_here_sound integers inject_Z S); eauto using integers_nonneg, integers_add,
      integers_mul, integers_opp, integers_zero.
  - exists (map (witness inject_Z S L W) multipliers). split; [exact AD|]. intros d Ld Fr.
    destruct H3 as [DP TP AR F].
    pose proof (balanced_inner P S L W c v theta F DP G d Ld Fr) as B. rewrite SU in B.
    assert (X : 0 < inject_Z L * (inject_Z W * inject_Z c)) by
      (repeat apply Qmult_lt_0_compat; assumption).
    apply Qmult_inj_r in B; [exact B|]. intros C. rewrite C in X. discriminate X.
Qed.
