(** * Global minima by the product of the layers' norms (V Theorem 3.1)

    With l_i > 0, S = sum_i l_i, g = sum_i l_i y_i x_i, and G the largest norm of g on what one unit of
    the first layer reads, a feasible theta' of a linear network has

        S^2 <= (sum_i l_i y_i Phi_i)^2 = (W^m ... W^1 g)^2 <= G^2 |W^1|^2 ... |W^m|^2
            <= G^2 (|theta'|^2 / m)^m

    (Cauchy-Schwarz in every row; the inequality of the means). If there is only one l_i, the network
    need not be linear: |act z| <= |z|. *)

From Coq Require Import List ZArith QArith Rbase Rfunctions R_sqr Qreals Lra Lia Bool.
From ExactMargin Require Import Specification Machine Soundness Minima SpecificationR Real.
Import ListNotations.

(** ** What is computed *)

Section Checker.
  Local Open Scope Z_scope.
  Context (S : setting Z) (n : network) (data : list (Z * list Z)) (E : Z) (ls : list (nat * Z)).

  Definition layers : list (list unit_) := hidden n ++ [[output n]].

  Definition example (i : nat) : Z * list Z := nth i data (0, []).

  Definition pull : list Z :=
    fold_right padd [] (map (fun il => pscale (snd il * fst (example (fst il)))
                                              (snd (example (fst il)))) ls).

  (** Without shared weights, and with biases in the first layer alone. *)
  Definition is_product : bool :=
    distinct (flat_map (flat_map (map fst)) layers)
    && forallb (forallb (fun row => distinct (map snd row))) layers
    && forallb (forallb (fun row => negb (existsb (Nat.eqb 0) (map snd row)))) (tl layers).

  Definition is_linear : bool :=
    (a S =? T S) || match hidden n with [] => true | _ => false end.

  Definition square_on (row : unit_) : Z :=
    sum integers (map (fun j => nth j pull 0 * nth j pull 0) (map snd row)).

  Definition largest : Z := fold_right Z.max 0 (map square_on (hd [] layers)).

  Definition large : bool :=
    let m := Z.of_nat (length layers) in let s := sum integers (map snd ls) in
    let g := largest in
    (0 <? s)
    && (g * dot integers (th S) (th S) ^ m <=? s * s * (E * E) * (m * (D S * D S)) ^ m).
End Checker.

Definition least (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z)) (E : Z)
  (ls : list (nat * Z)) : bool :=
  same_data P data && same_setting P theta S && feasible_here integers S (net P) data
  && (0 <? E)%Z && forallb (fun g => (hd 0 (snd g) =? E)%Z) data
  && forallb (fun il => (fst il <? length data)%nat && (0 <=? snd il)%Z) ls
  && is_product (net P) && (a S * a S <=? T S * T S)%Z
  && (is_linear S (net P) || (length ls =? 1)%nat)
  && large S (net P) data E ls.

(** ** Three inequalities *)

Local Open Scope R_scope.

Lemma square_nonneg b : 0 <= b * b.
Proof. apply Rle_0_sqr. Qed.

Lemma square_le b c : 0 <= c -> b * b <= c * c -> b <= c.
Proof. intros C L. apply Rsqr_incr_0_var; auto. Qed.

Lemma total_nonneg {X} (g : X -> R) l : (forall b, 0 <= g b) -> 0 <= total (map g l).
Proof. intros N. rewrite <- (total_zero l). now apply total_le. Qed.

Lemma cauchy_schwarz {X} (g h : X -> R) l :
  total (map (fun b => g b * h b) l) * total (map (fun b => g b * h b) l) <=
  total (map (fun b => g b * g b) l) * total (map (fun b => h b * h b) l).
Proof.
  induction l as [|b l IH]; [cbn; lra|].
  pose proof (total_nonneg (fun b => g b * g b) l (fun b => square_nonneg (g b))) as G.
  pose proof (total_nonneg (fun b => h b * h b) l (fun b => square_nonneg (h b))) as H.
  unfold total in *. cbn [map fold_right].
  set (x := fold_right Rplus 0 (map (fun b => g b * h b) l)) in *.
  set (u := fold_right Rplus 0 (map (fun b => g b * g b) l)) in *.
  set (v := fold_right Rplus 0 (map (fun b => h b * h b) l)) in *.
  clearbody x u v. set (p := g b). set (q := h b). clearbody p q.
  assert (M : 2 * (p * q * x) <= p * p * v + q * q * u).
  { pose proof (square_nonneg p). pose proof (square_nonneg q).
    assert (0 <= p * p * v) by now apply Rmult_le_pos.
    assert (0 <= q * q * u) by now apply Rmult_le_pos.
    apply square_le; [lra|]. pose proof (square_nonneg (p * p * v - q * q * u)).
    assert (p * p * (q * q) * (x * x) <= p * p * (q * q) * (u * v)).
    { apply Rmult_le_compat_l; [now apply Rmult_le_pos|exact IH]. }
    lra. }
  lra.
Qed.

(** The tangent of x^(n+1) at q. *)
Lemma tangent n x q : 0 <= x -> 0 <= q ->
  INR (Datatypes.S n) * x * q ^ n - INR n * q ^ Datatypes.S n <= x ^ Datatypes.S n.
Proof.
  intros X Q. induction n as [|n IH]; [cbn; lra|].
  apply Rmult_le_compat_l with (r := x) in IH; [|exact X].
  rewrite !S_INR in *. pose proof (pow_le q n Q) as P. pose proof (pos_INR n) as N.
  pose proof (Rmult_le_pos _ _ (Rmult_le_pos _ _ (Rplus_le_le_0_compat _ _ N Rle_0_1) P)
    (square_nonneg (x - q))).
  cbn [pow] in *. nra.
Qed.

Definition product (l : list R) : R := fold_right Rmult 1 l.

Lemma quotient_nonneg b c : 0 <= b -> 0 < c -> 0 <= b / c.
Proof. intros B C. apply Rmult_le_pos; [exact B|]. left. now apply Rinv_0_lt_compat. Qed.

Lemma means l : (forall b, In b l -> 0 <= b) ->
  0 <= product l /\ 0 <= total l /\ product l <= (total l / INR (length l)) ^ length l.
Proof.
  induction l as [|b l IH]; intros N.
  { cbn. lra. }
  destruct IH as (P & T & M); [intros; apply N; now right|].
  assert (B : 0 <= b) by (apply N; now left).
  change (product (b :: l)) with (b * product l). change (total (b :: l)) with (b + total l).
  split; [now apply Rmult_le_pos|]. split; [lra|]. cbn [length].
  destruct l as [|c l]; [cbn; lra|]. set (n := length (c :: l)) in *. set (p := product (c :: l)) in *.
  set (t := total (c :: l)) in *.
  assert (Np : 0 < INR n) by (apply lt_0_INR; unfold n; cbn; lia). clearbody n p t.
  set (q := t / INR n) in *.
  assert (Q : 0 <= q) by (now apply quotient_nonneg).
  set (x := (b + t) / INR (Datatypes.S n)). pose proof (S_INR n) as Sn.
  assert (X : 0 <= x) by (apply quotient_nonneg; lra).
  pose proof (tangent n x q X Q) as Ta. cbn [pow] in Ta |- *.
  assert (E : INR (Datatypes.S n) * x * q ^ n - INR n * (q * q ^ n) = b * q ^ n).
  { unfold x, q. rewrite Sn. field. lra. }
  rewrite E in Ta. apply Rle_trans with (2 := Ta). now apply Rmult_le_compat_l.
Qed.

Lemma pow_less x y n : 0 <= x -> x < y -> x ^ Datatypes.S n < y ^ Datatypes.S n.
Proof.
  intros X L. cbn [pow]. apply Rle_lt_trans with (x * y ^ n).
  - apply Rmult_le_compat_l; [exact X|]. apply pow_incr. lra.
  - apply Rmult_lt_compat_r; [apply pow_lt|]; lra.
Qed.

(** ** Outputs are at most the product of the norms *)

Section Norms.
  Context (alpha : R) (theta : list R) (out : unit_).

  Definition row_norm (row : unit_) : R :=
    total (map (fun e => nth (fst e) theta 0 * nth (fst e) theta 0) row).
  Definition layer_norm (layer : list unit_) : R := total (map row_norm layer).
  Definition norm_on (js : list nat) (h : list R) : R :=
    total (map (fun j => nth j h 0 * nth j h 0) js).
  Definition plain (layer : list unit_) : Prop := forall row, In row layer -> NoDup (map snd row).
  Definition without_bias (layer : list unit_) : Prop :=
    forall row e, In row layer -> In e row -> snd e <> 0%nat.

  Lemma row_norm_nonneg row : 0 <= row_norm row.
  Proof. apply total_nonneg. intros. apply square_nonneg. Qed.

  Lemma layer_norm_nonneg layer : 0 <= layer_norm layer.
  Proof. apply total_nonneg. apply row_norm_nonneg. Qed.

  Lemma row_bound row h :
    pre theta h row * pre theta h row <= row_norm row * norm_on (map snd row) h.
  Proof.
    eapply Rle_trans; [apply cauchy_schwarz|].
    apply Rmult_le_compat_l; [apply row_norm_nonneg|].
    unfold norm_on. rewrite map_map. apply Rle_refl.
  Qed.

  Hypothesis contracts : forall z, act alpha z * act alpha z <= z * z.

  (** [K] bounds the values that a unit of the first layer reads. *)
  Lemma product_bound hidden_ : forall h K,
    (forall row, In row (hd [] (hidden_ ++ [[out]])) -> norm_on (map snd row) h <= K) ->
    (forall layer, In layer (hidden_ ++ [[out]]) -> plain layer) ->
    (forall layer, In layer (tl (hidden_ ++ [[out]])) -> without_bias layer) ->
    pre theta (fold_left (next alpha theta) hidden_ h) out *
    pre theta (fold_left (next alpha theta) hidden_ h) out <=
    K * product (map layer_norm (hidden_ ++ [[out]])).
  Proof.
    induction hidden_ as [|layer hidden_ IH]; intros h K Read Pl Wb.
    - cbn [fold_left app hd map] in *. unfold product, layer_norm. cbn [fold_right map].
      replace (total [row_norm out]) with (row_norm out) by (unfold total; cbn; ring).
      rewrite Rmult_1_r, (Rmult_comm K). eapply Rle_trans; [apply row_bound|].
      apply Rmult_le_compat_l; [apply row_norm_nonneg|]. apply Read. now left.
    - cbn [app fold_left hd map tl] in *. set (h' := next alpha theta h layer).
      set (rest := hidden_ ++ [[out]]) in *. change (product (layer_norm layer :: map layer_norm rest))
        with (layer_norm layer * product (map layer_norm rest)).
      rewrite <- Rmult_assoc. apply (IH h' (K * layer_norm layer)).
      2: { intros k I. apply Pl. now right. }
      2: { intros k I. apply Wb. destruct rest; [destruct I|now right]. }
      intros read I. set (z := map (fun row => act alpha (pre theta h row)) layer).
      assert (L1 : norm_on (map snd read) h' <= inner z z).
      { unfold norm_on. rewrite (total_ext _ (fun j => nth j (0 :: z) 0 * nth j (0 :: z) 0)).
        - replace (inner z z) with (inner (0 :: z) (0 :: z)) by (unfold inner, total; cbn; ring).
          apply total_squares, NoDup_distinct. destruct rest as [|k rest]; [destruct I|].
          apply (Pl k); [right; now left|exact I].
        - intros j J. apply in_map_iff in J as (e & <- & J). destruct rest as [|k rest]; [destruct I|].
          pose proof (Wb k (or_introl eq_refl) read e I J). unfold h', next.
          destruct (snd e); [congruence|reflexivity]. }
      eapply Rle_trans; [exact L1|]. unfold z, layer_norm. rewrite <- total_scale.
      clear - Read contracts. unfold inner, total.
      induction layer as [|row layer IH]; cbn [map combine fold_right fst snd]; [lra|].
      specialize (IH (fun r I => Read r (or_intror I))).
      pose proof (contracts (pre theta h row)). pose proof (row_bound row h).
      assert (row_norm row * norm_on (map snd row) h <= row_norm row * K).
      { apply Rmult_le_compat_l; [apply row_norm_nonneg|]. apply Read. now left. }
      lra.
  Qed.

  (** Without kinks a combination of inputs gives the same combination of outputs. *)
  Lemma combination hidden_ : (alpha = 1 \/ hidden_ = []) ->
    forall h (hs : list (R * list R)),
    (forall row e, In row (hd [] (hidden_ ++ [[out]])) -> In e row ->
      nth (snd e) h 0 = total (map (fun ch => fst ch * nth (snd e) (snd ch) 0) hs)) ->
    (forall layer, In layer (tl (hidden_ ++ [[out]])) -> without_bias layer) ->
    pre theta (fold_left (next alpha theta) hidden_ h) out =
    total (map (fun ch => fst ch * pre theta (fold_left (next alpha theta) hidden_ (snd ch)) out) hs).
  Proof.
    intros Lin.
    assert (Row : forall h (hs : list (R * list R)) row, (forall e, In e row ->
      nth (snd e) h 0 = total (map (fun ch => fst ch * nth (snd e) (snd ch) 0) hs)) ->
      pre theta h row = total (map (fun ch => fst ch * pre theta (snd ch) row) hs)).
    { intros h hs row Same. unfold pre.
      rewrite (total_ext _ (fun e => total (map (fun ch =>
        fst ch * (nth (fst e) theta 0 * nth (snd e) (snd ch) 0)) hs))).
      - rewrite total_swap. apply total_ext. intros ch _. apply total_scale.
      - intros e I. rewrite (Same e I), <- total_scale. apply total_ext. intros. ring. }
    induction hidden_ as [|layer hidden_ IH]; intros h hs Same Wb; cbn [fold_left app hd tl] in *.
    - apply Row. intros e I. apply (Same out e); auto. now left.
    - destruct Lin as [->|]; [|discriminate].
      rewrite (IH (or_introl eq_refl) _ (map (fun ch => (fst ch, next 1 theta (snd ch) layer)) hs)).
      + rewrite map_map. reflexivity.
      + intros row e Ir Ie. rewrite map_map. cbn [fst snd].
        assert (N : snd e <> 0%nat).
        { destruct (hidden_ ++ [[out]]) as [|k rest]; [destruct Ir|].
          apply (Wb k (or_introl eq_refl) row e Ir Ie). }
        destruct (snd e) as [|j]; [congruence|]. unfold next. cbn [nth].
        assert (Id : forall z, act 1 z = z) by (intros; unfold act; destruct (Rle_dec 0 z); lra).
        clear - Same Row Id. revert j. cbn [hd] in Same.
        induction layer as [|r layer IHl]; intros [|j]; cbn [map nth];
          try (rewrite (total_ext _ (fun _ => 0)) by (intros; ring); symmetry; apply total_zero).
        * rewrite Id, (Row h hs r) by (intros e' I; apply (Same r e'); auto; now left).
          apply total_ext. intros ch _. now rewrite Id.
        * apply IHl. intros r' e' I. apply Same. now right.
      + intros k I. apply Wb. destruct (hidden_ ++ [[out]]); [destruct I|now right].
  Qed.
End Norms.

(** ** The theorem *)

Lemma nth_padd j : forall f g, nth j (padd f g) 0%Z = (nth j f 0 + nth j g 0)%Z.
Proof. induction j as [|j IH]; intros [|b f] [|c g]; cbn; auto; lia. Qed.

Lemma nth_pscale j c : forall f, nth j (pscale c f) 0%Z = (c * nth j f 0)%Z.
Proof. unfold pscale. induction j as [|j IH]; intros [|b f]; cbn; auto; lia. Qed.

Lemma is_product_sound n : is_product n = true ->
  distinct (flat_map (flat_map (map fst)) (layers n)) = true /\
  (forall layer, In layer (layers n) -> plain layer) /\
  (forall layer, In layer (tl (layers n)) -> without_bias layer).
Proof.
  unfold is_product. intros C. repeat apply andb_prop in C as [C ?].
  rewrite forallb_forall in H, H0. split; [exact C|]. split.
  - intros layer I row J. specialize (H0 layer I). rewrite forallb_forall in H0.
    now apply distinct_NoDup, H0.
  - intros layer I row e J K. specialize (H layer I). rewrite forallb_forall in H.
    specialize (H row J). apply negb_true_iff in H. intros Z0.
    assert (X : existsb (Nat.eqb 0) (map snd row) = true); [|congruence].
    apply existsb_exists. exists 0%nat. split; [|reflexivity]. rewrite <- Z0. now apply in_map.
Qed.

Theorem global_minimum_sound P theta S data E ls :
  least P theta S data E ls = true -> global_minimum P (map Q2R theta).
Proof.
  unfold least. intros C. apply andb_prop in C as [C Large]. apply andb_prop in C as [C Few].
  apply andb_prop in C as [C Slope]. apply andb_prop in C as [C Prod].
  apply andb_prop in C as [C Given]. apply andb_prop in C as [C Over].
  apply andb_prop in C as [C EP]. apply andb_prop in C as [C Fe'].
  apply andb_prop in C as [C Se].
  assert (Fe : Specification.feasible P theta).
  { apply (is_feasible_sound P theta S data). unfold is_feasible. now rewrite C, Se, Fe'. }
  split; [now apply Q2R_feasible|]. intros theta' (_ & _ & Feasible).
  apply same_data_shown in C. apply same_setting_stands in Se. destruct Se as [DP TP AR TR].
  rewrite <- (Zlt_Qlt 0) in DP, TP. apply IZR_lt in DP, TP. apply rep_R in AR.
  apply Z.ltb_lt, IZR_lt in EP. rewrite forallb_forall in Over, Given.
  apply is_product_sound in Prod as (Own & Pl & Wb). apply Z.leb_le, IZR_le in Slope.
  rewrite !mult_IZR, AR in Slope.
  set (n := net P) in *. set (al := Q2R (alpha n)) in *.
  assert (Con : forall z, act al z * act al z <= z * z).
  { assert (A1 : al * al <= 1).
    { apply Rmult_le_reg_l with (IZR (T S) * IZR (T S)); [now apply Rmult_lt_0_compat|]. lra. }
    intros z. unfold act. destruct (Rle_dec 0 z); [lra|].
    pose proof (Rmult_le_compat_r _ _ _ (square_nonneg z) A1). lra. }
  set (Phi := fun h => pre theta' (fold_left (next al theta') (hidden n) h) (output n)).
  set (rows := hd [] (layers n)). set (pi := product (map (layer_norm theta') (layers n))).
  assert (Bound : forall h K, (forall row, In row rows -> norm_on (map snd row) h <= K) ->
    Phi h * Phi h <= K * pi).
  { intros h K Read. apply product_bound; auto. }
  set (input := fun i => 1 :: map Q2R (snd (nth i (examples P) (0%Q, [])))).
  set (label := fun i => IZR (fst (example data i))).
  set (hs := map (fun il => (IZR (snd il) * label (fst il) * IZR E, input (fst il))) ls).
  set (v := map IZR (pull data ls)).
  assert (V : forall j, nth j v 0 = total (map (fun ch => fst ch * nth j (snd ch) 0) hs)).
  { intros j. unfold v, pull, hs. clear v hs Few Large. rewrite nth_IZR, map_map. unfold total.
    induction ls as [|[i l] ls' IH]; cbn [map fold_right fst snd]; [now destruct j|].
    rewrite nth_padd, plus_IZR, IH by (intros; apply Given; now right). f_equal.
    rewrite nth_pscale, !mult_IZR. unfold label, input, example. specialize (Given _ (or_introl eq_refl)).
    apply andb_prop in Given as [I _]. cbn [fst] in I. apply Nat.ltb_lt in I.
    destruct (Forall2_at _ _ _ (0%Q, []) (0%Z, []) _ C I) as [_ [_ [_ F]]].
    specialize (Over _ (nth_In _ (0%Z, []) I)). apply Z.eqb_eq in Over.
    set (g := nth i data (0%Z, [])) in *. change (unit_of integers (snd g)) with (hd 0%Z (snd g)) in F.
    rewrite Over in F. assert (N : repZ E (nth j (1%Q :: snd (nth i (examples P) (0%Q, []))) 0%Q)
      (nth j (snd g) 0%Z)).
    { apply Forall2_nth; auto. unfold rep. cbn. ring. }
    apply rep_R in N. rewrite N, <- nth_Q2R. cbn [map]. rewrite Q2R_one. ring. }
  set (X := total (map (fun ch => fst ch * Phi (snd ch)) hs)).
  set (g := IZR (largest n data ls)).
  assert (Read : forall row, In row rows -> norm_on (map snd row) v <= g).
  { intros row I. replace (norm_on (map snd row) v) with (IZR (square_on data ls row)).
    - apply IZR_le. unfold largest. fold rows. generalize (square_on data ls). intros size.
      clear - I. induction rows as [|r k IH]; [destruct I|].
      cbn [map fold_right]. destruct I as [->|I]; [lia|]. specialize (IH I). lia.
    - unfold square_on. rewrite total_Z. apply total_ext. intros j _. unfold v.
      now rewrite nth_IZR, mult_IZR. }
  assert (G0 : 0 <= g).
  { apply IZR_le. unfold largest. generalize (map (square_on data ls) (hd [] (layers n))). intros l.
    induction l as [|b l IH]; cbn [fold_right]; lia. }
  assert (P0 : 0 <= pi).
  { unfold pi. generalize (layers n). intros l. induction l as [|k l IH]; cbn; [lra|].
    apply Rmult_le_pos; [apply layer_norm_nonneg|exact IH]. }
  assert (XX : X * X <= g * pi).
  { apply orb_prop in Few as [L|L].
    - assert (Lin : al = 1 \/ hidden n = []).
      { unfold is_linear in L. apply orb_prop in L as [L|L]; [left|right].
        - apply Z.eqb_eq in L. fold al in AR. rewrite L in AR. nra.
        - now destruct (hidden n). }
      assert (Comb : Phi v = X) by (apply combination; auto).
      rewrite <- Comb. now apply Bound.
    - destruct ls as [|il [|]]; try discriminate.
      set (c := IZR (snd il) * label (fst il) * IZR E). set (h := input (fst il)).
      replace (X * X) with (c * c * (Phi h * Phi h)) by (unfold X, hs, total; cbn; fold c h; ring).
      destruct (Rle_lt_or_eq_dec 0 (c * c) (square_nonneg c)) as [C0|C0].
      + assert (N : c <> 0) by (intros N; rewrite N in C0; lra).
        apply Rle_trans with (c * c * (g / (c * c) * pi)); [|right; now field].
        apply Rmult_le_compat_l; [lra|]. apply Bound. intros row I.
        apply Rmult_le_reg_l with (c * c); [exact C0|].
        apply Rle_trans with g; [|right; now field]. apply Rle_trans with (2 := Read row I), Req_le.
        unfold norm_on. rewrite <- total_scale. apply total_ext. intros j _. rewrite V.
        unfold hs, total. cbn. fold c h. ring.
      + rewrite <- C0, Rmult_0_l. now apply Rmult_le_pos. }
  set (s := IZR (sum integers (map snd ls))) in *.
  assert (SX : IZR E * s <= X).
  { unfold s, X, hs. rewrite total_Z, map_map, <- total_scale. apply total_le.
    intros [i l] I. cbn [fst snd]. specialize (Given _ I). apply andb_prop in Given as [Li L0].
    cbn [fst snd] in Li, L0. apply Nat.ltb_lt in Li. apply Z.leb_le, IZR_le in L0.
    destruct (Forall2_at _ _ _ (0%Q, []) (0%Z, []) _ C Li) as [J [Y _]].
    specialize (Feasible (fst (nth i (examples P) (0%Q, []))) (snd (nth i (examples P) (0%Q, [])))).
    rewrite <- surjective_pairing in Feasible. specialize (Feasible J).
    apply Qeq_eqR in Y. rewrite Q2R_Z in Y. rewrite <- Y in Feasible.
    change (phi (net P) theta' (map Q2R (snd (nth i (examples P) (0%Q, []))))) with (Phi (input i))
      in Feasible.
    assert (IZR E * IZR l * 1 <= IZR E * IZR l * (label i * Phi (input i))).
    { apply Rmult_le_compat_l; [apply Rmult_le_pos; lra|exact Feasible]. }
    lra. }
  unfold large in Large. cbv zeta in Large. apply andb_prop in Large as [S0 Large].
  apply Z.ltb_lt, IZR_lt in S0. fold s in S0. apply Z.leb_le, IZR_le in Large.
  rewrite !mult_IZR, <- !pow_IZR, !mult_IZR, <- INR_IZR_INZ in Large. fold s in Large.
  fold n in Large. fold g in Large.
  pose proof (dot_rep integers inject_Z integers_zero integers_add integers_mul _ _ _ _ _ _ TR TR) as N.
  apply rep_R in N. cbn [mul integers] in N. rewrite mult_IZR, <- Q2R_inner in N. rewrite N in Large.
  set (A := inner theta' theta'). set (B := inner (map Q2R theta) (map Q2R theta)) in *.
  assert (Pi : 0 <= pi /\ 0 <= total (map (layer_norm theta') (layers n)) /\
    pi <= (total (map (layer_norm theta') (layers n)) / INR (length (layers n))) ^ length (layers n)).
  { rewrite <- (map_length (layer_norm theta') (layers n)). apply means.
    intros b I. apply in_map_iff in I as (layer & <- & _). apply layer_norm_nonneg. }
  destruct Pi as (_ & T0 & Pi).
  assert (TA : total (map (layer_norm theta') (layers n)) <= A).
  { eapply Rle_trans; [|apply (total_squares theta' _ Own)].
    rewrite total_flat. apply Req_le, total_ext. intros layer _. rewrite total_flat.
    apply total_ext. intros row _. unfold row_norm. now rewrite map_map. }
  assert (K : exists k, length (layers n) = Datatypes.S k).
  { unfold layers. rewrite app_length, Nat.add_1_r. eauto. }
  destruct K as [k K]. rewrite K in *. set (m := INR (Datatypes.S k)) in *.
  assert (Mp : 0 < m) by (apply lt_0_INR; lia). set (t := total (map (layer_norm theta') (layers n))) in *.
  set (d := IZR (D S) * IZR (D S)) in *. assert (Dp : 0 < d) by now apply Rmult_lt_0_compat.
  assert (ES : IZR E * s * (IZR E * s) <= X * X).
  { assert (0 <= IZR E * s) by (apply Rmult_le_pos; lra). apply Rmult_le_compat; lra. }
  assert (Md : 0 < (m * d) ^ Datatypes.S k) by (apply pow_lt; now apply Rmult_lt_0_compat).
  assert (Upper : s * s * (IZR E * IZR E) * (m * d) ^ Datatypes.S k <= g * (t * d) ^ Datatypes.S k).
  { replace (t * d) with (t / m * (m * d)) by (field; lra). rewrite (Rpow_mult_distr (t / m)).
    rewrite <- (Rmult_assoc g). apply Rmult_le_compat_r; [lra|].
    assert (g * pi <= g * (t / m) ^ Datatypes.S k) by now apply Rmult_le_compat_l. lra. }
  destruct (Rle_dec B A) as [|L]; [assumption|]. exfalso.
  assert (Less : (t * d) ^ Datatypes.S k < (B * d) ^ Datatypes.S k).
  { apply pow_less; [apply Rmult_le_pos; lra|]. apply Rmult_lt_compat_r; lra. }
  assert (Pos : 0 < s * s * (IZR E * IZR E) * (m * d) ^ Datatypes.S k).
  { apply Rmult_lt_0_compat; [|exact Md]. repeat apply Rmult_lt_0_compat; assumption. }
  destruct (Rle_lt_or_eq_dec 0 g G0) as [G1|<-].
  - apply Rmult_lt_compat_l with (r := g) in Less; [lra|exact G1].
  - lra.
Qed.

Theorem local_minimum_sound P theta S data E ls :
  least P theta S data E ls = true -> local_minimum P (map Q2R theta).
Proof. intros C. now apply global_is_local, (global_minimum_sound P theta S data E ls). Qed.
