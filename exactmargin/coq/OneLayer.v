(** * Minima where the outputs are affine in the free parameters: one layer moves (V Problem 4)

    Once the slopes are known, pre-activations are affine functions of the free parameters, if no
    product has two of these. A tree cuts by the signs of pre-activations. At a leaf, with l_i >= 0 and
    m_j > 0,

        <G, theta'> + G_0 = sum_i l_i y_i C Phi_i + sum_j m_j c_j z_j >= C sum_i l_i

    for every feasible theta' in the region, so that |theta'|^2 >= (2 M <G, theta'> - |G|^2) / M^2 is
    bounded from below, for any M > 0. *)

From Coq Require Import List ZArith QArith Rbase Rbasic_fun R_sqr Qreals Lra Lia Bool.
From ExactMargin Require Import Specification Machine Soundness Minima SpecificationR Real.
Import ListNotations.

(** ** What is computed *)

(** An affine function: the coefficient of 1, then that of each parameter. *)
Definition affine := list Z.

(** The known sides of pre-activations, by example, layer and unit; [Gt]: >= 0, [Lt]: <= 0. *)
Definition known := nat -> nat -> nat -> option comparison.

Definition learn (s : known) (i l k : nat) (c : comparison) : known :=
  fun i' l' k' => if ((i' =? i) && (l' =? l) && (k' =? k))%nat then Some c else s i' l' k'.

(** Multipliers l_i, and weights m_j of sides (example, layer, unit). *)
Inductive splits :=
| At (multipliers : list Z) (sides : list (nat * nat * nat * Z))
| Split (i l k : nat) (plus minus : splits).

Section Checker.
  Local Open Scope Z_scope.
  Context (S : setting Z) (fixed : nat -> bool).

  Definition is_constant (f : affine) : bool := forallb (Z.eqb 0) (tl f).

  (** A parameter times a source; [None] where that is not known to be affine. *)
  Definition edge_form (h : list (option affine)) (e : edge) : option affine :=
    let p := fst e in let n := nth p (th S) 0 in
    match nth (snd e) h (Some []) with
    | Some f =>
        if fixed p then Some (pscale n f)
        else if is_constant f then Some (repeat 0 (Datatypes.S p) ++ [D S * hd 0 f]) else None
    | None => if fixed p && (n =? 0) then Some [] else None
    end.

  Definition pre_form (h : list (option affine)) (row : unit_) : option affine :=
    option_map (fold_right padd []) (each (edge_form h) row).

  Definition act_form (side : option comparison) (z : option affine) : option affine :=
    match z with
    | Some f =>
        if a S =? T S then Some (pscale (T S) f) else
        match side with
        | Some Gt => Some (pscale (T S) f)
        | Some Lt => Some (pscale (a S) f)
        | _ => if is_constant f then Some (pscale (if 0 <=? hd 0 f then T S else a S) f) else None
        end
    | None => None
    end.

  Fixpoint act_forms (side : nat -> option comparison) (z : list (option affine))
    : list (option affine) :=
    match z with
    | [] => []
    | f :: z' => act_form (side 0%nat) f :: act_forms (fun k => side (Datatypes.S k)) z'
    end.

  (** The pre-activations of each layer, after their denominator; [c] is that of [h]. *)
  Fixpoint forms (side : nat -> nat -> option comparison) (c : Z) (h : list (option affine))
    (layers : list (list unit_)) : list (Z * list (option affine)) :=
    match layers with
    | [] => []
    | l :: layers' =>
        let z := map (pre_form h) l in let c' := T S * (D S * c) in
        (D S * c, z) :: forms (fun l => side (Datatypes.S l)) c'
                          (Some [c'] :: act_forms (side 0%nat) z) layers'
    end.

  Context (n : network) (data : list (Z * list Z)).

  Definition forms_of (s : known) (i : nat) : list (Z * list (option affine)) :=
    let h := snd (nth i data (0, [])) in
    forms (s i) (unit_of integers h) (map (fun b => Some [b]) h) (hidden n ++ [[output n]]).

  Definition form_of (s : known) (i l k : nat) : Z * option affine :=
    let layer := nth l (forms_of s i) (0, []) in (fst layer, nth k (snd layer) None).

  (** A function that is at least the number, for every feasible theta'. *)
  Definition margin_force (s : known) (ls : list Z) (i : nat) : option (affine * Z) :=
    let l := nth i ls 0 in
    if l =? 0 then Some ([], 0) else
    match form_of s i (length (hidden n)) 0 with
    | (c, Some f) => if 0 <? l then Some (pscale (l * fst (nth i data (0, []))) f, l * c) else None
    | _ => None
    end.

  Definition side_force (s : known) (side : nat * nat * nat * Z) : option (affine * Z) :=
    let '(i, l, k, m) := side in
    match s i l k, snd (form_of s i l k) with
    | Some Gt, Some f => if 0 <? m then Some (pscale m f, 0) else None
    | Some Lt, Some f => if 0 <? m then Some (pscale (- m) f, 0) else None
    | _, _ => None
    end.
End Checker.

Section Tree.
  Local Open Scope Z_scope.
  Context (P : problem) (S : setting Z) (data : list (Z * list Z)) (M : Z).

  Definition indices : list nat := seq 0 (length data).
  Definition places : list nat := seq 0 (length (th S)).

  Definition squares (v : list Z) : Z :=
    sum integers (map (fun p => if is_fixed P p then 0 else nth p v 0 * nth p v 0) places).

  Definition proved (s : known) (ls : list Z) (sides : list (nat * nat * nat * Z)) : bool :=
    match each (margin_force S (is_fixed P) (net P) data s ls) indices,
          each (side_force S (is_fixed P) (net P) data s) sides with
    | Some us, Some vs =>
        let f := fold_right padd [] (map fst (us ++ vs)) in let g := tl f in
        let least := sum integers (map snd (us ++ vs)) - hd 0 f in
        forallb (fun p => negb (is_fixed P p) || (nth p g 0 =? 0)) places
        && (M * M * squares (th S) <=? D S * D S * (2 * M * least - squares g))
    | _, _ => false
    end.

  Fixpoint walk (s : known) (t : splits) : bool :=
    match t with
    | At ls sides => proved s ls sides
    | Split i l k plus minus =>
        (i <? length data)%nat && match s i l k with None => true | _ => false end
        && walk (learn s i l k Gt) plus && walk (learn s i l k Lt) minus
    end.

  (** Near theta the pre-activations that are not zero there keep their signs. *)
  Definition start (near : bool) : known :=
    let nothing _ _ _ := None in
    if near then
      let table := map (forms_of S (fun _ => true) (net P) data nothing) indices in
      fun i l k =>
        match nth k (snd (nth l (nth i table []) (0, []))) None with
        | Some f =>
            if is_constant f then match hd 0 f ?= 0 with Eq => None | c => Some c end else None
        | None => None
        end
    else nothing.
End Tree.

Definition least (near : bool) (P : problem) (theta : list Q) (S : setting Z)
  (data : list (Z * list Z)) (M : Z) (t : splits) : bool :=
  same_data P data && same_setting P theta S && feasible_here integers S (net P) data
  && (0 <? M)%Z && walk P S data M (start P S data near) t.

(** ** What it shows *)

Local Open Scope R_scope.

Definition at_ (theta : list R) (f : affine) : R := inner (map IZR f) (1 :: theta).

Lemma at_nil theta : at_ theta [] = 0.
Proof. reflexivity. Qed.

Lemma at_split theta f : at_ theta f = IZR (hd 0%Z f) + inner (map IZR (tl f)) theta.
Proof. unfold at_, inner, total. destruct f; cbn; ring. Qed.

Lemma at_padd theta f g : at_ theta (padd f g) = at_ theta f + at_ theta g.
Proof.
  unfold at_. generalize (1 :: theta). intros t. revert t g. unfold inner, total.
  induction f as [|b f IH]; intros [|q t] [|c g]; cbn; try ring.
  rewrite IH, plus_IZR. ring.
Qed.

Lemma at_pscale theta c f : at_ theta (pscale c f) = IZR c * at_ theta f.
Proof.
  unfold at_, pscale. generalize (1 :: theta). unfold inner, total.
  induction f as [|b f IH]; intros [|q t]; cbn; try ring. rewrite IH, mult_IZR. ring.
Qed.

Lemma at_constant theta f : is_constant f = true -> at_ theta f = IZR (hd 0%Z f).
Proof.
  unfold at_, is_constant, inner, total. destruct f as [|b f]; cbn; [reflexivity|]. intros C.
  enough (fold_right Rplus 0 (map (fun ab => fst ab * snd ab) (combine (map IZR f) theta)) = 0) by lra.
  revert theta. induction f as [|c f IH]; intros [|q t]; cbn in *; auto.
  apply andb_prop in C as [Z0 C]. destruct c; try discriminate. rewrite IH; auto. ring.
Qed.

Lemma at_single theta c p :
  at_ theta (repeat 0%Z (Datatypes.S p) ++ [c]) = IZR c * nth p theta 0.
Proof.
  unfold at_, inner, total. cbn. rewrite Rmult_0_l, Rplus_0_l. revert theta.
  induction p as [|p IH]; intros [|q t]; cbn; try ring. rewrite IH. ring.
Qed.

Lemma at_sum theta fs :
  at_ theta (fold_right padd [] fs) = total (map (at_ theta) fs).
Proof.
  unfold total. induction fs as [|f fs IH]; cbn [fold_right map]; [apply at_nil|].
  now rewrite at_padd, IH.
Qed.

Definition on_side (c : comparison) (z : R) : Prop :=
  match c with Gt => 0 <= z | Eq => True | Lt => z <= 0 end.

Section Forms.
  Context (S : setting Z) (fixed : nat -> bool) (alpha : R) (theta : list R).
  Hypothesis D_pos : (0 < D S)%Z.
  Hypothesis T_pos : (0 < T S)%Z.
  Hypothesis slope : IZR (a S) = alpha * IZR (T S).
  Hypothesis stays : forall p, fixed p = true ->
    IZR (nth p (th S) 0%Z) = nth p theta 0 * IZR (D S).

  Definition stand_for (c : Z) (h : list R) (f : list (option affine)) (default : option affine) :=
    forall j g, nth j f default = Some g -> at_ theta g = nth j h 0 * IZR c.

  Lemma edge_form_rep c h f e g : stand_for c h f (Some []) -> edge_form S fixed f e = Some g ->
    at_ theta g = nth (fst e) theta 0 * nth (snd e) h 0 * IZR (D S * c).
  Proof.
    intros F. unfold edge_form. rewrite mult_IZR. specialize (F (snd e)).
    destruct (nth (snd e) f (Some [])) as [b|].
    - specialize (F b eq_refl). destruct (fixed (fst e)) eqn:X.
      + intros E. injection E as <-. rewrite at_pscale, F, (stays _ X). ring.
      + destruct (is_constant b) eqn:C; [|discriminate]. intros E. injection E as <-.
        change (0%Z :: repeat 0%Z (fst e) ++ [(D S * hd 0%Z b)%Z]) with
          (repeat 0%Z (Datatypes.S (fst e)) ++ [(D S * hd 0%Z b)%Z]).
        rewrite at_single, mult_IZR, <- (at_constant theta b C), F. ring.
    - destruct (fixed (fst e)) eqn:X; [|discriminate].
      destruct (Z.eqb_spec (nth (fst e) (th S) 0%Z) 0) as [Z0|]; [|discriminate].
      intros E. injection E as <-. apply stays in X. rewrite Z0 in X. apply IZR_lt in D_pos.
      assert (N : nth (fst e) theta 0 = 0) by nra. rewrite N, at_nil. ring.
  Qed.

  Lemma pre_form_rep c h f row g : stand_for c h f (Some []) -> pre_form S fixed f row = Some g ->
    at_ theta g = pre theta h row * IZR (D S * c).
  Proof.
    intros F. unfold pre_form. destruct (each _ row) as [gs|] eqn:E; [|discriminate].
    cbn. intros X. injection X as <-. rewrite at_sum. apply each_Forall2 in E.
    unfold pre. rewrite Rmult_comm, <- total_scale. unfold total.
    induction E as [|e b row gs E _ IH]; cbn; [reflexivity|]. rewrite IH. f_equal.
    rewrite (edge_form_rep _ _ _ _ _ F E). ring.
  Qed.

  Lemma act_form_rep c side z f g : 0 < IZR c -> (forall f', f = Some f' -> at_ theta f' = z * IZR c) ->
    (forall d, side = Some d -> on_side d z) -> act_form S side f = Some g ->
    at_ theta g = act alpha z * IZR (T S * c).
  Proof.
    intros C F Sd. unfold act_form. destruct f as [f|]; [|discriminate]. specialize (F f eq_refl).
    rewrite mult_IZR. pose proof (IZR_lt _ _ T_pos) as TP.
    assert (Up : 0 <= z -> act alpha z = z) by (intros; unfold act; destruct (Rle_dec 0 z); lra).
    assert (Down : z <= 0 -> act alpha z = alpha * z).
    { intros N. unfold act. destruct (Rle_dec 0 z); [|reflexivity]. assert (z = 0) by lra. subst. ring. }
    assert (Plus : 0 <= z -> at_ theta (pscale (T S) f) = act alpha z * (IZR (T S) * IZR c)).
    { intros N. rewrite at_pscale, F, (Up N). ring. }
    assert (Minus : z <= 0 -> at_ theta (pscale (a S) f) = act alpha z * (IZR (T S) * IZR c)).
    { intros N. rewrite at_pscale, F, (Down N), slope. ring. }
    destruct (Z.eqb_spec (a S) (T S)) as [Same|_].
    - intros E. injection E as <-. destruct (Rle_dec 0 z) as [N|N]; [now apply Plus|].
      rewrite <- Same in Plus |- * at 1. apply Minus. lra.
    - assert (Const : (if is_constant f then Some (pscale (if (0 <=? hd 0 f)%Z then T S else a S) f)
        else None) = Some g -> at_ theta g = act alpha z * (IZR (T S) * IZR c)).
      { destruct (is_constant f) eqn:X; [|discriminate]. intros E. injection E as <-.
        apply (at_constant theta) in X. rewrite F in X. destruct (Z.leb_spec 0 (hd 0%Z f)) as [L|L].
        - apply IZR_le in L. apply Plus. nra.
        - apply IZR_lt in L. apply Minus. nra. }
      destruct side as [[ | | ]|]; auto; specialize (Sd _ eq_refl); cbn in Sd;
        intros E; injection E as <-; auto.
  Qed.

  Lemma pre_forms_rep c h f layer : stand_for c h f (Some []) ->
    stand_for (D S * c) (map (pre theta h) layer) (map (pre_form S fixed f) layer) None.
  Proof.
    intros F j g. revert j. induction layer as [|row layer IH]; intros [|j]; cbn [map nth];
      try discriminate; [|apply IH]. intros E. eapply pre_form_rep; eauto.
  Qed.

  Lemma act_forms_rep c z : forall side f, 0 < IZR c -> stand_for c z f None ->
    (forall k d, side k = Some d -> on_side d (nth k z 0)) -> length f = length z ->
    stand_for (T S * c) (map (act alpha) z) (act_forms S side f) (Some []).
  Proof.
    induction z as [|b z IH]; intros side [|f fs] C F Sd L j g; try discriminate;
      cbn [act_forms map].
    - destruct j; cbn; intros E; injection E as <-; rewrite at_nil; ring.
    - destruct j as [|j]; cbn [nth].
      + apply act_form_rep; auto. intros f' ->. exact (F 0%nat f' eq_refl). exact (Sd 0%nat).
      + apply IH; auto.
        * intros k. exact (F (Datatypes.S k)).
        * intros k. exact (Sd (Datatypes.S k)).
  Qed.

  Lemma forms_rep layers : forall side c h f, (0 < c)%Z -> stand_for c h f (Some []) ->
    (forall l k d, side l k = Some d ->
      on_side d (nth k (nth l (activity alpha theta h layers) []) 0)) ->
    forall l k g, nth k (snd (nth l (forms S fixed side c f layers) (0%Z, []))) None = Some g ->
    0 < IZR (fst (nth l (forms S fixed side c f layers) (0%Z, []))) /\
    at_ theta g = nth k (nth l (activity alpha theta h layers) []) 0 *
      IZR (fst (nth l (forms S fixed side c f layers) (0%Z, []))).
  Proof.
    induction layers as [|layer layers IH]; intros side c h f C F Sd l k g; cbn [forms].
    { destruct l, k; discriminate. }
    assert (C' : (0 < D S * c)%Z) by now apply Z.mul_pos_pos.
    pose proof (pre_forms_rep _ _ _ layer F) as Pre.
    destruct l as [|l]; cbn [nth fst snd activity].
    - intros E. split; [now apply IZR_lt|]. now apply Pre.
    - apply IH; [now apply Z.mul_pos_pos| |intros l' k' d; exact (Sd (Datatypes.S l') k' d)].
      unfold next. rewrite <- (map_map (pre theta h) (act alpha)).
      intros [|j] b; cbn [nth].
      + intros E. injection E as <-. rewrite at_constant by reflexivity. cbn [hd]. ring.
      + apply act_forms_rep; auto using IZR_lt.
        * intros k' d. exact (Sd 0%nat k' d).
        * now rewrite !map_length.
  Qed.
End Forms.

(** The sum over all places. *)
Lemma inner_places u : forall v n, length v = n ->
  inner u v = total (map (fun p => nth p u 0 * nth p v 0) (seq 0 n)).
Proof.
  unfold inner, total. induction u as [|b u IH]; intros v n L.
  - cbn. induction (seq 0 n) as [|p l I]; cbn; [reflexivity|]. rewrite <- I.
    destruct p; cbn; ring.
  - destruct v as [|c v], n as [|n]; try discriminate; [reflexivity|].
    cbn [combine map fold_right seq nth fst snd]. rewrite (IH v n) by (cbn in L; lia).
    now rewrite <- seq_shift, map_map.
Qed.

Section Sound.
  Context (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z)) (M : Z).
  Hypothesis stands_ : standsZ S (alpha (net P)) theta.
  Hypothesis shown_ : Forall2 shown (examples P) data.
  Hypothesis M_pos : (0 < M)%Z.

  Notation n := (net P).
  Definition example (i : nat) : Q * list Q := nth i (examples P) (0%Q, []).
  Definition pre_at (theta' : list R) (i l k : nat) : R :=
    nth k (nth l (activity_of n theta' (map Q2R (snd (example i)))) []) 0.
  Definition holds (s : known) (theta' : list R) : Prop := forall i l k c,
    s i l k = Some c -> on_side c (pre_at theta' i l k).

  Lemma form_of_rep fixed s theta' i l k c g : (i < length data)%nat ->
    (forall p, fixed p = true -> nth p theta' 0 = nth p (map Q2R theta) 0) ->
    (forall l k c, s i l k = Some c -> on_side c (pre_at theta' i l k)) ->
    form_of S fixed n data s i l k = (c, Some g) ->
    0 < IZR c /\ at_ theta' g = pre_at theta' i l k * IZR c.
  Proof.
    intros I St Sd E. destruct stands_ as [DP TP AR F].
    rewrite <- (Zlt_Qlt 0) in DP, TP. apply rep_R in AR.
    destruct (Forall2_at _ _ _ (0%Q, []) (0%Z, []) _ shown_ I) as [_ [_ [HP HF]]].
    fold (example i) in HF. rewrite <- (Zlt_Qlt 0) in HP.
    unfold form_of in E. injection E as <- E. unfold pre_at, activity_of.
    change (1 :: map Q2R (snd (example i))) with (1 :: map Q2R (snd (example i))).
    eapply (forms_rep S fixed (Q2R (alpha n)) theta'); eauto.
    - intros p X. rewrite (St p X), nth_Q2R. apply rep_R. apply Forall2_nth; auto.
      unfold rep. cbn. ring.
    - intros j b X. set (h := snd (nth i data (0%Z, []))) in *.
      assert (N : repZ (unit_of integers h) (nth j (1%Q :: snd (example i)) 0%Q) (nth j h 0%Z)).
      { apply Forall2_nth; auto. unfold rep. cbn. ring. }
      apply rep_R in N. rewrite <- nth_Q2R in N. cbn [map] in N. rewrite Q2R_one in N.
      rewrite <- N. clear - X. revert j X.
      induction h as [|q h IH]; intros [|j]; cbn [map nth]; intros X; try (injection X as <-);
        auto using at_nil. now rewrite at_constant.
  Qed.

  Section Point.
  Context (theta' : list R).
  Hypothesis competes : competitor P (map Q2R theta) theta'.

  Lemma stays p : is_fixed P p = true -> nth p theta' 0 = nth p (map Q2R theta) 0.
  Proof.
    intros X. apply competes. unfold free, is_fixed in *.
    apply orb_prop in X as [X|X]; [apply Nat.ltb_lt in X|apply Nat.leb_le in X]; lia.
  Qed.

  Definition forced (f : affine * Z) : Prop := IZR (snd f) <= at_ theta' (fst f).

  Lemma margin_forced s ls i f : holds s theta' -> (i < length data)%nat ->
    margin_force S (is_fixed P) n data s ls i = Some f -> forced f.
  Proof.
    intros H I. unfold margin_force, forced.
    destruct (Z.eqb_spec (nth i ls 0%Z) 0) as [_|_].
    { intros E. injection E as <-. cbn [fst snd]. rewrite at_nil. lra. }
    destruct (form_of _ _ _ _ _ _ _ _) as [c [g|]] eqn:Fo; [|discriminate].
    destruct (form_of_rep _ s theta' i _ _ c g I stays (H i) Fo) as [C E].
    destruct (Z.ltb_spec 0 (nth i ls 0%Z)) as [L|_]; [|discriminate]. intros X. injection X as <-.
    cbn [fst snd]. rewrite at_pscale, E, !mult_IZR. apply IZR_lt in L.
    unfold pre_at. rewrite <- activity_output.
    destruct (Forall2_at _ _ _ (0%Q, []) (0%Z, []) _ shown_ I) as [In_ [Y _]].
    fold (example i) in In_, Y. destruct competes as (_ & _ & Fe).
    destruct (example i) as [y x] eqn:Ex. specialize (Fe y x In_). cbn [fst snd] in *.
    apply Qeq_eqR in Y. rewrite Q2R_Z in Y. rewrite Y. set (m := phi _ _ _) in *.
    assert (IZR (nth i ls 0%Z) * IZR c * 1 <= IZR (nth i ls 0%Z) * IZR c * (Q2R y * m)).
    { apply Rmult_le_compat_l; [|exact Fe]. apply Rmult_le_pos; lra. }
    lra.
  Qed.

  Lemma side_forced s side f : (forall i l k, s i l k <> None -> (i < length data)%nat) ->
    holds s theta' -> side_force S (is_fixed P) n data s side = Some f -> forced f.
  Proof.
    intros B H. destruct side as [[[i l] k] m]. unfold side_force, forced.
    destruct (s i l k) as [c|] eqn:E; [|discriminate].
    assert (I : (i < length data)%nat) by (apply (B i l k); congruence).
    pose proof (H i l k c E) as Sd.
    destruct (form_of _ _ _ _ _ _ _ _) as [d [g|]] eqn:Fo; [|destruct c; discriminate].
    destruct (form_of_rep _ s theta' i _ _ d g I stays (H i) Fo) as [C X].
    cbn [snd]. destruct c; cbn in Sd; try discriminate;
      (destruct (Z.ltb_spec 0 m) as [L|_]; [|discriminate]); intros Y; injection Y as <-;
      cbn [fst snd]; rewrite at_pscale, X, ?opp_IZR; apply IZR_lt in L; set (z := pre_at _ _ _ _) in *.
    - assert (0 <= IZR m * IZR d) by (apply Rmult_le_pos; lra). nra.
    - assert (0 <= IZR m * IZR d) by (apply Rmult_le_pos; lra). nra.
  Qed.

  Lemma proved_sound s ls sides : (forall i l k, s i l k <> None -> (i < length data)%nat) ->
    holds s theta' -> proved P S data M s ls sides = true ->
    inner (map Q2R theta) (map Q2R theta) <= inner theta' theta'.
  Proof.
    intros B H. unfold proved.
    destruct (each _ (indices data)) as [us|] eqn:Us; [|discriminate].
    destruct (each _ sides) as [vs|] eqn:Vs; [|discriminate].
    apply each_Forall2 in Us, Vs. set (fs := us ++ vs). cbv zeta. intros C.
    assert (All : forall f, In f fs -> forced f).
    { assert (G : forall {X} (g : X -> option (affine * Z)) l k,
        Forall2 (fun b c => g b = Some c) l k -> forall c, In c k -> exists b, In b l /\ g b = Some c).
      { clear. induction 1 as [|b c l k E _ IH]; [intros ? []|].
        intros c' [<-|I]; [exists b; cbn; auto|]. destruct (IH c' I) as (b' & J & E').
        exists b'. cbn. auto. }
      intros f I. apply in_app_or in I as [I|I].
      - destruct (G _ _ _ _ Us f I) as (i & J & E). apply in_seq in J.
        eapply margin_forced; eauto. lia.
      - destruct (G _ _ _ _ Vs f I) as (i & J & E). eapply side_forced; eauto. }
    clear Us Vs H B. set (f := fold_right padd [] (map fst fs)) in *.
    assert (L : IZR (sum integers (map snd fs)) <= at_ theta' f).
    { unfold f. rewrite at_sum, map_map, total_Z. now apply total_le. }
    rewrite at_split in L. set (g := tl f) in *.
    destruct stands_ as [DP _ _ F]. rewrite <- (Zlt_Qlt 0) in DP. apply IZR_lt in DP.
    pose proof (IZR_lt _ _ M_pos) as MP.
    apply andb_prop in C as [Fx C]. apply Z.leb_le, IZR_le in C.
    rewrite !mult_IZR, minus_IZR, !mult_IZR, minus_IZR in C.
    set (low := IZR (sum integers (map snd fs))) in *. set (d := IZR (D S)) in *.
    set (m := IZR M) in *. set (c := IZR (hd 0%Z f)) in *. rewrite forallb_forall in Fx.
    destruct competes as (Len & _ & _). rewrite map_length in Len.
    assert (Lth : length (th S) = length theta') by (rewrite Len; symmetry; eapply Forall2_length; eauto).
    rewrite (inner_places (map IZR g) theta' (length (th S))) in L by auto.
    rewrite (inner_places (map Q2R theta) _ (length (th S))) by (rewrite map_length; lia).
    rewrite (inner_places theta' theta' (length (th S))) by auto.
    fold (places S) in *. unfold squares in C. rewrite !total_Z in C.
    set (r := fun p => nth p (map Q2R theta) 0) in *.
    set (fixed := is_fixed P) in *.
    set (T2 := fun p => IZR (if fixed p then 0 else nth p (th S) 0 * nth p (th S) 0)%Z) in *.
    set (G2 := fun p => IZR (if fixed p then 0 else nth p g 0 * nth p g 0)%Z) in *.
    assert (Each : total (map (fun p => 2 * m * d * d * (nth p (map IZR g) 0 * nth p theta' 0)
        + (- (d * d) * G2 p + (- (m * m) * T2 p + m * m * d * d * (r p * r p)))) (places S)) <=
      total (map (fun p => m * m * d * d * (nth p theta' 0 * nth p theta' 0)) (places S))).
    { apply total_le. intros p I. specialize (Fx p I).
      assert (Rp : IZR (nth p (th S) 0%Z) = r p * d).
      { unfold r. rewrite nth_Q2R. apply rep_R. apply Forall2_nth; auto. unfold rep. cbn. ring. }
      unfold T2, G2. rewrite nth_IZR. destruct (fixed p) eqn:Fi; cbn [negb orb] in Fx.
      - apply Z.eqb_eq in Fx. rewrite Fx, (stays p Fi). fold (r p). apply Req_le. ring.
      - rewrite !mult_IZR, Rp. set (gp := IZR (nth p g 0%Z)). set (t := nth p theta' 0).
        pose proof (Rle_0_sqr (d * (m * t - gp))) as Sq. unfold Rsqr in Sq. lra. }
    rewrite !total_plus, !total_scale in Each.
    set (ip := total (map (fun p => nth p (map IZR g) 0 * nth p theta' 0) (places S))) in *.
    change (fun b => T2 b) with T2 in *. change (fun b => G2 b) with G2 in *.
    set (t2 := total (map T2 (places S))) in *. set (g2 := total (map G2 (places S))) in *.
    set (old := total (map (fun p => r p * r p) (places S))) in *.
    set (new := total (map (fun p => nth p theta' 0 * nth p theta' 0) (places S))) in *.
    assert (MD : 0 < m * m * d * d) by (repeat apply Rmult_lt_0_compat; assumption).
    assert (X : m * d * d * (low - c) <= m * d * d * ip).
    { apply Rmult_le_compat_l; [|lra]. apply Rlt_le. repeat apply Rmult_lt_0_compat; assumption. }
    apply Rmult_le_reg_l with (m * m * d * d); auto. change (m * m * d * d * old <= m * m * d * d * new).
    lra.
  Qed.

  Lemma walk_sound t : forall s, (forall i l k, s i l k <> None -> (i < length data)%nat) ->
    holds s theta' -> walk P S data M s t = true ->
    inner (map Q2R theta) (map Q2R theta) <= inner theta' theta'.
  Proof.
    induction t as [ls sides|i l k plus IHp minus IHm]; cbn [walk]; intros s B H W.
    - eapply proved_sound; eauto.
    - repeat apply andb_prop in W as [W ?]. apply Nat.ltb_lt in W.
      assert (B' : forall c i' l' k', learn s i l k c i' l' k' <> None -> (i' < length data)%nat).
      { intros c i' l' k'. unfold learn.
        destruct (Nat.eqb_spec i' i) as [->|_]; [intros _; exact W|apply B]. }
      assert (H' : forall c, on_side c (pre_at theta' i l k) -> holds (learn s i l k c) theta').
      { intros c Si i' l' k' c'. unfold learn.
        destruct (Nat.eqb_spec i' i), (Nat.eqb_spec l' l), (Nat.eqb_spec k' k); cbn [andb];
          try apply H. intros E. injection E as <-. now subst. }
      destruct (Rle_dec 0 (pre_at theta' i l k)).
      + apply (IHp (learn s i l k Gt)); [apply B'|now apply H'|assumption].
      + apply (IHm (learn s i l k Lt)); [apply B'|apply H'; cbn; lra|assumption].
  Qed.
  End Point.

  (** ** The regions at the start *)

  Lemma start_in near i l k : start P S data near i l k <> None -> (i < length data)%nat.
  Proof.
    unfold start. destruct near; [|congruence]. cbv zeta. intros X.
    destruct (Nat.lt_ge_cases i (length data)) as [|Ge]; [assumption|].
    rewrite (nth_overflow _ []) in X by (rewrite map_length; unfold indices; now rewrite seq_length).
    exfalso. apply X. now destruct l, k.
  Qed.

  Lemma start_near : near (map Q2R theta) (holds (start P S data true)).
  Proof.
    assert (Out : forall theta' i l k, pre_at theta' i l k <> 0 ->
      (l < length (hidden n ++ [[output n]]))%nat /\
      (k < length (nth l (hidden n ++ [[output n]]) []))%nat).
    { intros theta' i l k. unfold pre_at, activity_of.
      generalize (1 :: map Q2R (snd (example i))). revert l.
      induction (hidden n ++ [[output n]]) as [|layer layers IH]; intros l h; cbn [activity].
      - now destruct l, k.
      - destruct l as [|l]; cbn [nth length].
        + intros X. split; [lia|]. destruct (Nat.lt_ge_cases k (length layer)); [assumption|].
          rewrite nth_overflow in X by now rewrite map_length. congruence.
        + intros X. apply IH in X. lia. }
    set (layers := hidden n ++ [[output n]]) in *.
    set (triples := flat_map (fun l => list_prod (list_prod (indices data) [l])
      (seq 0 (length (nth l layers [])))) (seq 0 (length layers))).
    eapply near_mono.
    2: { apply (near_all _ (fun ilk theta' => let '(i, l, k) := ilk in forall c,
           start P S data true i l k = Some c -> on_side c (pre_at theta' i l k)) triples).
         intros [[i l] k] I.
         assert (Li : (i < length data)%nat).
         { unfold triples in I. apply in_flat_map in I as (l' & _ & I).
           apply in_prod_iff in I as [I _]. apply in_prod_iff in I as [I _].
           apply in_seq in I. lia. }
         assert (Co : continuous (map Q2R theta) (fun theta' => pre_at theta' i l k)).
         { unfold pre_at, activity_of.
           apply (continuous_activity _ _ _ (fun _ => 1 :: map Q2R (snd (example i)))).
           intros j. apply continuous_constant. }
         destruct (start P S data true i l k) as [c|] eqn:E.
         2: { exists 1. split; [lra|]. discriminate. }
         assert (Si : match c with Gt => 0 < pre_at (map Q2R theta) i l k
                               | Lt => pre_at (map Q2R theta) i l k < 0 | Eq => True end).
         { unfold start in E. cbv zeta in E. set (nothing := fun _ _ _ => None) in E.
           set (forms_ := forms_of S (fun _ => true) n data nothing) in E.
           rewrite (nth_indep _ [] (forms_ 0%nat)) in E
             by (rewrite map_length; unfold indices; now rewrite seq_length).
           rewrite map_nth in E. unfold indices in E. rewrite seq_nth in E by exact Li.
           cbn [Nat.add] in E.
           destruct (nth k (snd (nth l (forms_ i) (0%Z, []))) None) as [f|] eqn:Fo; [|discriminate].
           destruct (is_constant f) eqn:Cf; [|discriminate].
           destruct (form_of_rep (fun _ => true) nothing (map Q2R theta) i l k
             (fst (nth l (forms_ i) (0%Z, []))) f Li) as [C X]; try reflexivity; [discriminate| |].
           { unfold form_of. fold forms_. now rewrite Fo. }
           rewrite (at_constant _ _ Cf) in X. destruct (Z.compare_spec (hd 0%Z f) 0) as [Q|Q|Q];
             [discriminate| |]; injection E as <-; apply IZR_lt in Q; nra. }
         destruct c.
         - exists 1. split; [lra|]. intros ? _ _ c X. injection X as <-. exact Logic.I.
         - eapply near_mono; [|apply continuous_negative; [exact Co|exact Si]].
           intros t X c Y. injection Y as <-. cbn. cbv beta in X. lra.
         - eapply near_mono; [|apply continuous_positive; [exact Co|exact Si]].
           intros t X c Y. injection Y as <-. cbn. cbv beta in X. lra. }
    intros theta' A i l k c E.
    destruct (Req_dec (pre_at theta' i l k) 0) as [Z0|N].
    { rewrite Z0. destruct c; cbn; auto; lra. }
    destruct (Out theta' i l k N) as [Ll Lk].
    apply (A (i, l, k)); [|exact E]. unfold triples. apply in_flat_map. exists l.
    split; [apply in_seq; lia|]. apply in_prod; [|apply in_seq; lia].
    apply in_prod; [|now left]. apply in_seq.
    assert (i < length data)%nat by (apply (start_in true i l k); congruence). lia.
  Qed.
End Sound.

(** ** The theorems *)

Lemma least_sound near P theta S data M t : least near P theta S data M t = true ->
  Specification.feasible P theta /\ standsZ S (alpha (net P)) theta /\
  Forall2 shown (examples P) data /\
  forall theta', competitor P (map Q2R theta) theta' ->
    holds P (start P S data near) theta' ->
    inner (map Q2R theta) (map Q2R theta) <= inner theta' theta'.
Proof.
  unfold least. intros C. repeat apply andb_prop in C as [C ?].
  split; [|split; [|split]].
  - apply (is_feasible_sound P theta S data). unfold is_feasible. now rewrite C, H2, H1.
  - now apply same_setting_stands.
  - now apply same_data_shown.
  - apply Z.ltb_lt in H0. apply same_data_shown in C. apply same_setting_stands in H2.
    intros theta' Co Ho. eapply (walk_sound P theta S data M); eauto.
    apply start_in.
Qed.

Theorem global_minimum_sound P theta S data M t :
  least false P theta S data M t = true -> global_minimum P (map Q2R theta).
Proof.
  intros C. apply least_sound in C as (Fe & _ & _ & B). split; [now apply Q2R_feasible|].
  intros theta' Co. apply B; [exact Co|]. discriminate.
Qed.

Theorem local_minimum_sound P theta S data M t :
  least true P theta S data M t = true -> local_minimum P (map Q2R theta).
Proof.
  intros C. apply least_sound in C as (Fe & St & Sh & B). split; [now apply Q2R_feasible|].
  destruct (start_near P theta S data St Sh) as (eps & Ep & N).
  exists eps. split; [exact Ep|]. intros theta' Co Sq. apply B; [exact Co|].
  apply N; [apply Co|exact Sq].
Qed.
