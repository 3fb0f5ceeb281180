(** * Minima of networks with one hidden layer, by duality

    A tree cuts the parameter space into regions by the signs of <w_k, x_i> and of the output weights
    v_k. At a leaf there are multipliers lambda_i and, for every neuron, a tree of its own, at whose
    leaves g_k = sum_i c_i x_i has |g_k| <= 1 and sum_i lambda_i y_i v_k act <w_k, x_i> <=
    |v_k| <w_k, g_k>; so twice the sum is at most v_k^2 + |w_k|^2. No root is needed for that:
    0 <= |M w - u g|^2. A region without interior is left out: on a cut through a point the side of
    a fixed direction [hint] is taken, and the point with that direction is never in such a region. *)

From Coq Require Import List ZArith QArith Rbase Rbasic_fun R_sqr Qreals Lra Lia Bool.
From ExactMargin Require Import Specification Machine Soundness Minima SpecificationR Real.
Import ListNotations.

(** ** What is computed *)

(** Neurons are numbered as the edges of the output are (an edge from the constant 1 is its bias).
    A form is <w_j, x_i>, for [Some i], or v_j, for [None]. *)
Definition form := option nat.
Definition known := list (form * comparison).  (* [Gt]: >= 0, [Lt]: <= 0, [Eq]: = 0 everywhere *)

Inductive tree (L : Type) :=
| Leaf (l : L)
| Cut (j : nat) (f : form) (plus minus : tree L)
| Void (j : nat) (sides : list (nat * Z)).  (* sum of weight times sign times x_i is 0 *)
Arguments Leaf {L}. Arguments Cut {L}. Arguments Void {L}.

(** Weights of decided sides; slopes (over [T]) of undecided ones. *)
Definition neuron_leaf := (list (nat * Z) * list (nat * Z))%type.
(** Multipliers, their denominator before them, and a tree for each neuron. *)
Definition region_leaf := (Z * list Z * list (tree neuron_leaf))%type.

Definition same_form (f g : form) : bool :=
  match f, g with Some i, Some k => Nat.eqb i k | None, None => true | _, _ => false end.

Definition seen (k : known) (f : form) : option comparison :=
  option_map snd (find (fun e => same_form f (fst e)) k).

Fixpoint learn (j : nat) (e : form * comparison) (s : list known) : list known :=
  match s, j with
  | [], _ => []
  | k :: s', O => (e :: k) :: s'
  | k :: s', S j' => k :: learn j' e s'
  end.

Definition sign_of (c : comparison) : Z := match c with Gt => 1 | Eq => 0 | Lt => -1 end.

Section Checker.
  Local Open Scope Z_scope.
  Context (St : setting Z) (layer : list unit_) (out : unit_) (data : list (Z * list Z))
    (E : Z) (hint : list Z).

  Definition edge_of (j : nat) : edge := nth j out (0, 0)%nat.
  Definition row (j : nat) : unit_ :=
    match snd (edge_of j) with O => [] | S k => nth k layer [] end.
  Definition input (i : nat) : list Z := snd (nth i data (0, [])).
  Definition label (i : nat) : Z := fst (nth i data (0, [])).
  Definition edges : list nat := seq 0 (length out).
  Definition indices : list nat := seq 0 (length data).

  Definition sources (j : nat) (f : form) : list Z :=
    match f with Some i => input i | None => [1] end.
  Definition places (j : nat) (f : form) : unit_ :=
    match f with Some _ => row j | None => [(fst (edge_of j), O)] end.
  Definition value (th : list Z) (j : nat) (f : form) : Z :=
    weigh integers th (sources j f) (places j f).

  (** A sum of multiples of inputs, at the edges of a unit. *)
  Definition entry (cs : list (Z * list Z)) (e : edge) : Z :=
    sum integers (map (fun c => fst c * nth (snd e) (snd c) 0) cs).

  Definition pulls (k : known) (sides : list (nat * Z)) : option (list (Z * list Z)) :=
    each (fun iw => match seen k (Some (fst iw)) with
                    | Some c => if 0 <? snd iw then Some (snd iw * sign_of c, input (fst iw))
                                else None
                    | None => None
                    end) sides.

  Definition is_void (k : known) (j : nat) (sides : list (nat * Z)) : bool :=
    match pulls k sides with
    | Some cs => existsb (fun c => negb (fst c =? 0)) cs
                 && forallb (fun e => entry cs e =? 0) (row j)
    | None => false
    end.

  Fixpoint walk {L : Type} (leaf : list known -> L -> bool) (s : list known) (t : tree L) : bool :=
    match t with
    | Leaf l => leaf s l
    | Cut j f plus minus =>
        match seen (nth j s []) f with None => true | Some _ => false end
        && negb (value hint j f =? 0)
        && walk leaf (learn j (f, Gt) s) plus && walk leaf (learn j (f, Lt) s) minus
    | Void j sides => is_void (nth j s []) j sides
    end.

  (** A slope b with pull b z >= pull act(z) where z may be. *)
  Definition slope_for (k : known) (slopes : list (nat * Z)) (i : nat) (pull : Z) : option Z :=
    match seen k (Some i) with
    | Some Gt => Some (T St)
    | Some _ => Some (a St)
    | None =>
        if a St =? T St then Some (T St) else
        match find (fun e => Nat.eqb i (fst e)) slopes with
        | Some (_, b) => if (pull <? 0) && (a St <=? b) && (b <=? T St) then Some b else None
        | None => None
        end
    end.

  Definition terms (k : known) (sign : Z) (ls : list Z) (slopes : list (nat * Z))
    : option (list (Z * list Z)) :=
    each (fun i =>
      let l := nth i ls 0 in let pull := label i * sign in
      if l * pull =? 0 then Some (0, []) else
      match slope_for k slopes i pull with
      | Some b => Some (l * pull * b, input i)
      | None => None
      end) indices.

  (** |g_j| <= 1, with all over L T E. *)
  Definition in_ball (L : Z) (ls : list Z) (j : nat) (s : list known) (l : neuron_leaf) : bool :=
    let k := nth j s [] in
    match seen k None with
    | Some c =>
        match terms k (sign_of c) ls (snd l), pulls k (fst l) with
        | Some u, Some v =>
            let g := map (entry (u ++ v)) (row j) in
            let m := L * T St * E in dot integers g g <=? m * m
        | _, _ => false
        end
    | None => false
    end.

  Definition is_bias (j : nat) : Z := match snd (edge_of j) with O => 1 | S _ => 0 end.

  Definition bound (L : Z) (ls : list Z) : bool :=
    let t := sum integers (map (fun i => nth i ls 0 * label i) indices) in
    L * L * dot integers (th St) (th St) <=? D St * D St *
      (2 * L * sum integers (map (fun i => nth i ls 0) indices)
       - sum integers (map is_bias edges) * (t * t)).

  Definition proved (s : list known) (l : region_leaf) : bool :=
    let '(L, ls, twigs) := l in
    (0 <? L) && forallb (Z.leb 0) ls && bound L ls
    && forallb (fun j => match snd (edge_of j) with
                         | O => true
                         | S _ => walk (in_ball L ls j) s (nth j twigs (Void j []))
                         end) edges.

  (** What is known at the start: forms that are zero everywhere; near theta, the others' signs. *)
  Definition at_start (near : bool) (j : nat) (f : form) : known :=
    if forallb (fun e => nth (snd e) (sources j f) 0 =? 0) (places j f) then [(f, Eq)]
    else if near then match value (th St) j f ?= 0 with Eq => [] | c => [(f, c)] end else [].

  Definition start (near : bool) : list known :=
    map (fun j => flat_map (at_start near j) (None :: map Some indices)) edges.

  Definition parameters (j : nat) : list nat := fst (edge_of j) :: map fst (row j).

  Definition covered (near : bool) (t : tree region_leaf) : bool :=
    distinct (flat_map parameters edges) && walk proved (start near) t.
End Checker.

Definition least (near : bool) (P : problem) (theta : list Q) (S : setting Z)
  (data : list (Z * list Z)) (E : Z) (hint : list Z) (t : tree region_leaf) : bool :=
  same_data P data && same_setting P theta S && feasible_here integers S (net P) data
  && (0 <? E)%Z && forallb (fun g => (hd 0 (snd g) =? E)%Z) data
  && match hidden (net P) with
     | [layer] => covered S layer (output (net P)) data E hint near t
     | _ => false
     end.

(** ** What it shows *)

Local Open Scope R_scope.

(** A pair (r, q) stands for r + tau q with tau > 0 as small as wanted. *)
Definition above (r q : R) : Prop := 0 < r \/ (r = 0 /\ 0 < q).
Definition agrees (c : comparison) (r q : R) : Prop :=
  match c with Gt => above r q | Lt => above (- r) (- q) | Eq => r = 0 /\ q = 0 end.

Lemma agrees_sign c r q : agrees c r q -> 0 <= IZR (sign_of c) * r.
Proof. destruct c; cbn; unfold above; intros A; lra. Qed.

Lemma seen_In k f c : seen k f = Some c -> In (f, c) k.
Proof.
  unfold seen. destruct (find _ k) as [[g d]|] eqn:F; [|discriminate]. cbn. intros H.
  injection H as <-. apply find_some in F as [I S]. cbn in S.
  destruct f as [i|], g as [i'|]; cbn in S; try discriminate; auto.
  apply Nat.eqb_eq in S. now subst.
Qed.

Lemma learn_In e f : forall s j j',
  In f (nth j (learn j' e s) []) -> (j = j' /\ f = e) \/ In f (nth j s []).
Proof.
  induction s as [|k s IH]; intros j j' I; [destruct j, j'; destruct I|].
  destruct j' as [|j']; destruct j as [|j]; cbn [learn nth] in I; cbn [nth]; auto.
  - destruct I as [<-|I]; auto.
  - apply IH in I as [[-> ->]|I]; auto.
Qed.

Lemma weigh_IZR th X r : IZR (weigh integers th X r) = pre (map IZR th) (map IZR X) r.
Proof.
  unfold weigh, flow, wires, pre. rewrite map_map, total_Z. apply total_ext. intros e _. cbn.
  now rewrite mult_IZR, !nth_IZR.
Qed.

Lemma entry_pre theta cs r :
  total (map (fun e : edge => nth (fst e) theta 0 * IZR (entry cs e)) r) =
  total (map (fun c => IZR (fst c) * pre theta (map IZR (snd c)) r) cs).
Proof.
  unfold entry, pre.
  transitivity (total (map (fun e => total (map (fun c =>
    IZR (fst c) * (nth (fst e) theta 0 * nth (snd e) (map IZR (snd c)) 0)) cs)) r)).
  - apply total_ext. intros e _. rewrite total_Z, <- total_scale. apply total_ext. intros c _.
    rewrite mult_IZR, nth_IZR. ring.
  - rewrite total_swap. apply total_ext. intros c _. apply total_scale.
Qed.

Lemma dot_map {X} (g : X -> Z) l :
  IZR (dot integers (map g l) (map g l)) = total (map (fun e => IZR (g e) * IZR (g e)) l).
Proof.
  unfold dot, sum, total. induction l as [|b l IH]; cbn; [reflexivity|].
  rewrite plus_IZR, mult_IZR. f_equal. exact IH.
Qed.

(** 0 <= |M w - u g|^2 *)
Lemma young {X} (w g : X -> R) M u l :
  2 * M * u * total (map (fun e => w e * g e) l) <=
  M * M * total (map (fun e => w e * w e) l) + u * u * total (map (fun e => g e * g e) l).
Proof.
  rewrite <- !total_scale, <- total_plus. apply total_le. intros e _.
  pose proof (Rle_0_sqr (M * w e - u * g e)). unfold Rsqr in H. lra.
Qed.

Lemma total_above {X} (g h : X -> R) l :
  (forall b, In b l -> above (g b) (h b) \/ (g b = 0 /\ h b = 0)) ->
  (above (total (map g l)) (total (map h l)) \/
   ((forall b, In b l -> g b = 0 /\ h b = 0) /\ total (map g l) = 0 /\ total (map h l) = 0)).
Proof.
  unfold total, above. induction l as [|b l IH]; cbn [map fold_right]; intros A.
  - right. split; [intros ? []|auto].
  - specialize (IH (fun c I => A c (or_intror I))). pose proof (A b (or_introl eq_refl)) as B.
    destruct IH as [IH|[Z IH]], B as [B|B]; try (left; lra).
    right. split; [|lra]. intros c [<-|I]; auto.
Qed.

Lemma map_nth_seq {X} (l : list X) (b : X) : map (fun j => nth j l b) (seq 0 (length l)) = l.
Proof.
  induction l as [|c l IH]; cbn; [reflexivity|]. f_equal. rewrite <- seq_shift, map_map. exact IH.
Qed.

Section Sound.
  Context (St : setting Z) (layer : list unit_) (out : unit_) (data : list (Z * list Z))
    (E : Z) (hint : list Z) (alpha : Q) (theta : list R).
  Hypothesis T_pos : (0 < T St)%Z.
  Hypothesis E_pos : (0 < E)%Z.
  Hypothesis slope : IZR (a St) = Q2R alpha * IZR (T St).

  Notation row := (row layer out).
  Notation edges := (edges out).
  Notation indices := (indices data).
  Notation input := (input data).
  Notation label := (label data).
  Notation places := (places layer out).
  Notation sources := (sources data).

  Definition at_ (t : list R) (j : nat) (f : form) : R :=
    pre t (map IZR (sources j f)) (places j f).

  Definition holds (s : list known) : Prop := forall j f c,
    In (f, c) (nth j s []) -> agrees c (at_ theta j f) (at_ (map IZR hint) j f).

  Lemma learn_holds s j f c :
    holds s -> agrees c (at_ theta j f) (at_ (map IZR hint) j f) -> holds (learn j (f, c) s).
  Proof.
    intros H A j' f' c' I. apply learn_In in I as [[-> I]|I]; [|now apply H].
    now injection I as -> ->.
  Qed.

  Lemma pulls_In s j sides cs c : holds s -> pulls data (nth j s []) sides = Some cs -> In c cs ->
    exists i n d, c = ((n * sign_of d)%Z, input i) /\ (0 < n)%Z /\
      agrees d (at_ theta j (Some i)) (at_ (map IZR hint) j (Some i)).
  Proof.
    intros H P I. apply each_Forall2 in P.
    induction P as [|[i n] c' sides cs Pc _ IH]; [destruct I|]. destruct I as [<-|I]; auto.
    cbn [fst snd] in Pc. destruct (seen _ _) as [d|] eqn:Se; [|discriminate].
    destruct (0 <? n)%Z eqn:N; [|discriminate]. injection Pc as <-. apply Z.ltb_lt in N.
    exists i, n, d. repeat split; auto. apply H. now apply seen_In.
  Qed.

  Lemma not_void s j sides : holds s -> is_void layer out data (nth j s []) j sides = true -> False.
  Proof.
    intros H V. unfold is_void in V. destruct (pulls _ _ _) as [cs|] eqn:P; [|discriminate].
    apply andb_prop in V as [X V].
    assert (Z0 : forall t, total (map (fun c => IZR (fst c) * pre t (map IZR (snd c)) (row j)) cs) = 0).
    { intros t. rewrite <- entry_pre.
      rewrite (total_ext _ (fun _ => 0)); [apply total_zero|]. intros e I.
      rewrite forallb_forall in V. specialize (V e I). apply Z.eqb_eq in V. rewrite V. ring. }
    pose proof (Z0 theta) as Zt. pose proof (Z0 (map IZR hint)) as Zh.
    assert (All : forall c, In c cs ->
      (above (IZR (fst c) * pre theta (map IZR (snd c)) (row j))
        (IZR (fst c) * pre (map IZR hint) (map IZR (snd c)) (row j))) \/
      (IZR (fst c) * pre theta (map IZR (snd c)) (row j) = 0 /\
       IZR (fst c) * pre (map IZR hint) (map IZR (snd c)) (row j) = 0 /\ fst c = 0%Z)).
    { intros c I. destruct (pulls_In _ _ _ _ _ H P I) as (i & n & d & -> & N & A).
      cbn [fst snd]. apply IZR_lt in N. unfold at_ in A. cbn [Lifting.sources Lifting.places] in A.
      rewrite mult_IZR. set (r := pre theta _ _) in *. set (q := pre _ _ _) in *.
      destruct d; cbn in A |- *.
      - right. destruct A as [-> ->]. repeat split; ring.
      - left. unfold above in *. destruct A as [A|[A B]]; [left; nra|right; nra].
      - left. unfold above in *. destruct A as [A|[A B]]; [left; nra|right; nra]. }
    apply existsb_exists in X as (c & I & X). apply negb_true_iff in X. apply Z.eqb_neq in X.
    destruct (total_above (fun c => IZR (fst c) * pre theta (map IZR (snd c)) (row j))
      (fun c => IZR (fst c) * pre (map IZR hint) (map IZR (snd c)) (row j)) cs) as [B|[B _]].
    - intros b Ib. destruct (All b Ib) as [?|(?&?&?)]; auto.
    - rewrite Zt, Zh in B. unfold above in B. lra.
    - destruct (All c I) as [A|(_&_&A)]; [|contradiction]. destruct (B c I) as [B1 B2].
      rewrite B1, B2 in A. unfold above in A. lra.
  Qed.

  Lemma walk_sound {L} (leaf : list known -> L -> bool) (C : Prop) :
    (forall s l, holds s -> leaf s l = true -> C) ->
    forall t s, holds s -> walk layer out data hint leaf s t = true -> C.
  Proof.
    intros Hl. induction t as [l|j f plus IHp minus IHm|j sides]; cbn [walk]; intros s H W.
    - eauto.
    - repeat apply andb_prop in W as [W ?]. apply negb_true_iff in H2. apply Z.eqb_neq in H2.
      assert (N : at_ (map IZR hint) j f <> 0).
      { unfold at_. rewrite <- weigh_IZR. now apply not_0_IZR. }
      assert (X : agrees Gt (at_ theta j f) (at_ (map IZR hint) j f) \/
                  agrees Lt (at_ theta j f) (at_ (map IZR hint) j f)).
      { cbn. unfold above. lra. }
      destruct X as [X|X].
      + exact (IHp _ (learn_holds _ _ _ _ H X) H1).
      + exact (IHm _ (learn_holds _ _ _ _ H X) H0).
    - exfalso. eapply not_void; eauto.
  Qed.

  (** At a leaf of a neuron. *)
  Definition norm2 (j : nat) : R := total (map (fun p => nth p theta 0 * nth p theta 0)
    (parameters layer out j)).
  Definition v (j : nat) : R := nth (fst (edge_of out j)) theta 0.
  Definition act_ (j i : nat) : R := act (Q2R alpha) (at_ theta j (Some i)).

  Lemma slope_sound s j slopes i pull b : holds s ->
    slope_for St (nth j s []) slopes i pull = Some b ->
    IZR pull * IZR (T St) * act_ j i <= IZR pull * IZR b * at_ theta j (Some i).
  Proof.
    intros H. pose proof (IZR_lt _ _ T_pos) as TP. unfold slope_for, act_, act.
    set (r := at_ theta j (Some i)).
    destruct (seen _ _) as [c|] eqn:Se.
    - apply seen_In, H in Se. fold r in Se. clearbody r. unfold agrees, above in Se. intros X.
      assert (Cs : (b = T St /\ 0 <= r) \/ (b = a St /\ r <= 0)).
      { destruct c; injection X as <-; [right|right|left]; split; auto; lra. }
      destruct Cs as [[-> R0]|[-> R0]]; destruct (Rle_dec 0 r); try lra.
      + rewrite slope. assert (R1 : r = 0) by lra. rewrite R1. lra.
      + rewrite slope. lra.
    - destruct (Z.eqb_spec (a St) (T St)) as [Eq|_].
      + intros X. injection X as <-. rewrite Eq in slope.
        assert (A1 : Q2R alpha = 1) by nra. rewrite A1. destruct (Rle_dec 0 r); lra.
      + destruct (find _ slopes) as [[i' b']|]; [|discriminate].
        destruct ((pull <? 0) && (a St <=? b') && (b' <=? T St))%Z eqn:C; [|discriminate].
        intros X. injection X as <-. repeat apply andb_prop in C as [C ?].
        apply Z.ltb_lt, IZR_lt in C. apply Z.leb_le, IZR_le in H0, H1. rewrite slope in H1.
        assert (IZR b' * r <= IZR (T St) * (if Rle_dec 0 r then r else Q2R alpha * r)).
        { destruct (Rle_dec 0 r); nra. }
        nra.
  Qed.

  Lemma terms_sound s j c ls slopes cs : holds s ->
    (forall l, In l ls -> 0 <= l)%Z ->
    terms St data (nth j s []) c ls slopes = Some cs ->
    IZR (T St) * (IZR c * total (map (fun i => IZR (nth i ls 0%Z) * IZR (label i) * act_ j i) indices))
    <= total (map (fun c => IZR (fst c) * pre theta (map IZR (snd c)) (row j)) cs).
  Proof.
    intros H N Te. apply each_Forall2 in Te. unfold total.
    induction Te as [|i t l cs X _ IH]; cbn [map fold_right]; [lra|].
    enough (IZR (T St) * (IZR c * (IZR (nth i ls 0%Z) * IZR (label i) * act_ j i)) <=
      IZR (fst t) * pre theta (map IZR (snd t)) (row j)) by lra.
    clear IH. assert (L0 : (0 <= nth i ls 0)%Z).
    { destruct (nth_in_or_default i ls 0%Z) as [I| ->]; [auto|lia]. }
    apply IZR_le in L0. cbn beta zeta in X.
    destruct (Z.eqb_spec (nth i ls 0 * (label i * c))%Z 0) as [Z0|_].
    - injection X as <-. cbn [fst snd]. apply (f_equal IZR) in Z0. rewrite !mult_IZR in Z0.
      match goal with |- ?A <= _ => replace A with
        (IZR (nth i ls 0%Z) * (IZR (label i) * IZR c) * (IZR (T St) * act_ j i)) by ring end.
      rewrite Z0. lra.
    - destruct (slope_for _ _ _ _ _) as [b|] eqn:Sl; [|discriminate]. injection X as <-.
      apply slope_sound in Sl; auto. cbn [fst snd]. rewrite !mult_IZR in *.
      unfold at_ in Sl. cbn [Lifting.sources Lifting.places] in Sl.
      set (r := pre _ _ _) in *. nra.
  Qed.

  Lemma in_ball_sound L ls j s l : holds s -> (0 < L)%Z -> (forall n, In n ls -> 0 <= n)%Z ->
    in_ball St layer out data E L ls j s l = true ->
    2 * v j * total (map (fun i => IZR (nth i ls 0%Z) * IZR (label i) * act_ j i) indices)
    <= IZR L * IZR E * norm2 j.
  Proof.
    intros H Lp N B. unfold in_ball in B. cbn beta zeta in B.
    destruct (seen _ _) as [c|] eqn:Se; [|discriminate]. apply seen_In, H in Se.
    destruct (terms _ _ _ _ _ _) as [us|] eqn:Te; [|discriminate].
    destruct (pulls _ _ _) as [vs|] eqn:Pu; [|discriminate].
    apply Z.leb_le, IZR_le in B. rewrite dot_map, !mult_IZR in B.
    apply terms_sound in Te; auto.
    assert (V : at_ theta j None = v j).
    { unfold at_, v, pre, total. cbn. ring. }
    rewrite V in Se.
    set (S_ := total (map (fun i => IZR (nth i ls 0%Z) * IZR (label i) * act_ j i) indices)) in *.
    assert (G : IZR (T St) * (IZR (sign_of c) * S_) <=
      total (map (fun e : edge => nth (fst e) theta 0 * IZR (entry (us ++ vs) e)) (row j))).
    { rewrite entry_pre, total_app.
      enough (0 <= total (map (fun c => IZR (fst c) * pre theta (map IZR (snd c)) (row j)) vs)) by lra.
      rewrite <- (total_zero vs). apply total_le. intros k I.
      destruct (pulls_In _ _ _ _ _ H Pu I) as (i & n & d & -> & Np & A). cbn [fst snd].
      apply agrees_sign in A. unfold at_ in A. cbn [Lifting.sources Lifting.places] in A.
      rewrite mult_IZR. apply IZR_lt in Np. nra. }
    pose proof (young (fun e : edge => nth (fst e) theta 0) (fun e => IZR (entry (us ++ vs) e))
      (IZR L * IZR (T St) * IZR E) (IZR (sign_of c) * v j) (row j)) as Y.
    set (W := total (map (fun e : edge => nth (fst e) theta 0 * nth (fst e) theta 0) (row j))) in *.
    set (I_ := total (map (fun e : edge => nth (fst e) theta 0 * IZR (entry (us ++ vs) e)) (row j))) in *.
    set (G2 := total (map (fun e => IZR (entry (us ++ vs) e) * IZR (entry (us ++ vs) e)) (row j))) in *.
    assert (Nm : norm2 j = v j * v j + W).
    { unfold norm2, parameters, W. cbn [map]. rewrite map_map. reflexivity. }
    rewrite Nm. pose proof (IZR_lt _ _ T_pos) as TP. pose proof (IZR_lt _ _ E_pos) as EP.
    pose proof (IZR_lt _ _ Lp) as LP.
    pose proof (agrees_sign _ _ _ Se) as U.
    assert (Vu : v j = IZR (sign_of c) * (IZR (sign_of c) * v j)).
    { destruct c; cbn in *; try ring. destruct Se as [-> _]. ring. }
    assert (Uu : (IZR (sign_of c) * v j) * (IZR (sign_of c) * v j) = v j * v j).
    { destruct c; cbn in *; try ring. destruct Se as [-> _]. ring. }
    set (u := IZR (sign_of c) * v j) in *. set (M := IZR L * IZR (T St) * IZR E) in *.
    assert (MP : 0 < M) by (unfold M; repeat apply Rmult_lt_0_compat; auto).
    assert (Y1 : 2 * M * u * I_ <= M * M * (W + v j * v j)).
    { rewrite Uu in Y. pose proof (Rle_0_sqr (v j)) as V2. unfold Rsqr in V2.
      assert (v j * v j * G2 <= v j * v j * (M * M)) by (apply Rmult_le_compat_l; assumption). lra. }
    assert (Y2 : 2 * u * I_ <= M * (W + v j * v j)).
    { apply Rmult_le_reg_l with M; auto. lra. }
    assert (Y3 : u * (IZR (T St) * (IZR (sign_of c) * S_)) <= u * I_)
      by (apply Rmult_le_compat_l; auto).
    apply Rmult_le_reg_l with (IZR (T St)); auto.
    replace (IZR (T St) * (2 * v j * S_)) with (2 * (u * (IZR (T St) * (IZR (sign_of c) * S_))))
      by (transitivity (IZR (T St) * (2 * (IZR (sign_of c) * u) * S_)); [ring|now rewrite <- Vu]).
    unfold M in Y2. lra.
  Qed.

  (** At a leaf of the whole: phi times E, edge by edge. *)
  Definition part (j i : nat) : R :=
    match snd (edge_of out j) with O => IZR E | S _ => act_ j i end.

  Hypothesis feasible_ : forall i, In i indices ->
    IZR E <= IZR (label i) * total (map (fun j => v j * part j i) edges).
  Hypothesis own : distinct (flat_map (parameters layer out) edges) = true.
  Hypothesis D_pos : (0 < D St)%Z.

  Lemma proved_sound s l : holds s -> proved St layer out data E hint s l = true ->
    IZR (dot integers (th St) (th St)) <= IZR (D St) * IZR (D St) * inner theta theta.
  Proof.
    intros H Pr. destruct l as [[L ls] twigs]. cbn [proved] in Pr.
    repeat apply andb_prop in Pr as [Pr ?]. apply Z.ltb_lt in Pr.
    rewrite forallb_forall in H0, H2.
    assert (N : (forall n, In n ls -> 0 <= n)%Z) by (intros n I; apply Z.leb_le; auto).
    unfold bound in H1. cbn beta zeta in H1. apply Z.leb_le, IZR_le in H1.
    rewrite !mult_IZR, minus_IZR, !mult_IZR, !total_Z in H1.
    set (t := total (map (fun b => IZR (nth b ls 0%Z * label b)) indices)) in *.
    pose proof (IZR_lt _ _ E_pos) as EP. pose proof (IZR_lt _ _ Pr) as LP.
    pose proof (IZR_lt _ _ D_pos) as DP.
    assert (One : forall j, In j edges ->
      2 * IZR L * (v j * total (map (fun i => IZR (nth i ls 0%Z) * IZR (label i) * part j i) indices))
      <= IZR L * IZR L * IZR E * norm2 j + IZR E * (t * t) * IZR (is_bias out j)).
    { intros j I. specialize (H0 j I). unfold part, is_bias.
      destruct (snd (edge_of out j)) as [|k] eqn:Ed.
      - rewrite (total_ext _ (fun i => IZR E * IZR (nth i ls 0%Z * label i)))
          by (intros; rewrite mult_IZR; ring).
        rewrite total_scale. fold t.
        assert (Nm : norm2 j = v j * v j).
        { unfold norm2, parameters, Lifting.row. rewrite Ed. unfold total. cbn. unfold v. ring. }
        rewrite Nm. pose proof (Rle_0_sqr (IZR L * v j - t)) as Sq. unfold Rsqr in Sq. nra.
      - apply (walk_sound _ (2 * v j * total (map (fun i =>
          IZR (nth i ls 0%Z) * IZR (label i) * act_ j i) indices) <= IZR L * IZR E * norm2 j)) in H0.
        + nra.
        + intros s' l' H' B. eapply in_ball_sound; eauto.
        + exact H. }
    apply total_le in One. rewrite total_plus, !total_scale in One.
    assert (Sw : total (map (fun j => v j * total (map (fun i =>
        IZR (nth i ls 0%Z) * IZR (label i) * part j i) indices)) edges) =
      total (map (fun i => IZR (nth i ls 0%Z) *
        (IZR (label i) * total (map (fun j => v j * part j i) edges))) indices)).
    { transitivity (total (map (fun j => total (map (fun i =>
        IZR (nth i ls 0%Z) * (IZR (label i) * (v j * part j i))) indices)) edges)).
      - apply total_ext. intros j _. rewrite <- total_scale. apply total_ext. intros i _. ring.
      - rewrite total_swap. apply total_ext. intros i _. rewrite !total_scale. reflexivity. }
    rewrite Sw in One. clear Sw.
    assert (Fe : IZR E * total (map (fun i => IZR (nth i ls 0%Z)) indices) <=
      total (map (fun i => IZR (nth i ls 0%Z) *
        (IZR (label i) * total (map (fun j => v j * part j i) edges))) indices)).
    { rewrite <- total_scale. apply total_le. intros i I. rewrite Rmult_comm.
      apply Rmult_le_compat_l; [|auto]. apply IZR_le.
      destruct (nth_in_or_default i ls 0%Z) as [J| ->]; [auto|lia]. }
    assert (No : total (map norm2 edges) <= inner theta theta).
    { pose proof (total_squares theta _ own) as Sq. rewrite total_flat in Sq. exact Sq. }
    set (nb := total (map (fun b => IZR (is_bias out b)) edges)) in *.
    set (sl := total (map (fun i => IZR (nth i ls 0%Z)) indices)) in *.
    set (X := total (map (fun i => IZR (nth i ls 0%Z) * _) indices)) in *.
    set (n2 := total (map norm2 edges)) in *. set (th2 := IZR (dot _ _ _)) in *.
    assert (A1 : 2 * IZR L * (IZR E * sl) <= 2 * IZR L * X) by (apply Rmult_le_compat_l; lra).
    assert (A2 : IZR E * (2 * IZR L * sl - nb * (t * t)) <= IZR E * (IZR L * IZR L * n2)) by lra.
    apply Rmult_le_reg_l in A2; auto.
    assert (LL : 0 < IZR L * IZR L) by (apply Rmult_lt_0_compat; auto).
    assert (DD : 0 < IZR (D St) * IZR (D St)) by (apply Rmult_lt_0_compat; auto).
    apply Rmult_le_reg_l with (IZR L * IZR L); auto.
    apply Rle_trans with (1 := H1).
    replace (IZR L * IZR L * (IZR (D St) * IZR (D St) * inner theta theta)) with
      (IZR (D St) * IZR (D St) * (IZR L * IZR L * inner theta theta)) by ring.
    apply Rmult_le_compat_l; [lra|]. apply Rle_trans with (1 := A2).
    apply Rmult_le_compat_l; lra.
  Qed.
End Sound.

(** ** The regions at the start *)

Lemma start_In St layer out data near j f c :
  In (f, c) (nth j (start St layer out data near) []) ->
  In (j, f) (list_prod (edges out) (None :: map Some (indices data))) /\
  In (f, c) (at_start St layer out data near j f).
Proof.
  intros I. unfold start in I.
  destruct (Nat.lt_ge_cases j (length (edges out))) as [Lt|Ge].
  2: { rewrite nth_overflow in I; [destruct I|]. now rewrite map_length. }
  unfold edges in Lt at 1. rewrite seq_length in Lt.
  set (g := fun j => flat_map (at_start St layer out data near j) (None :: map Some (indices data))) in I.
  rewrite (nth_indep _ [] (g 0%nat)) in I by (unfold edges; now rewrite map_length, seq_length).
  rewrite map_nth in I. unfold edges in I. rewrite seq_nth in I by exact Lt. cbn [Nat.add] in I.
  unfold g in I. apply in_flat_map in I as (f' & If & I).
  assert (f' = f) as ->.
  { unfold at_start in I. destruct (forallb _ _); [destruct I as [I|[]]; congruence|].
    destruct near; [|destruct I].
    destruct (_ ?= 0)%Z; [destruct I|destruct I as [I|[]]; congruence|destruct I as [I|[]]; congruence]. }
  split; [|exact I]. apply in_prod; [|exact If]. apply in_seq. lia.
Qed.

Lemma zero_form layer out data t j f :
  forallb (fun e => nth (snd e) (sources data j f) 0 =? 0)%Z (places layer out j f) = true ->
  at_ layer out data t j f = 0.
Proof.
  intros Z0. unfold at_, pre. rewrite (total_ext _ (fun _ => 0)); [apply total_zero|].
  intros e I. rewrite forallb_forall in Z0. specialize (Z0 e I). apply Z.eqb_eq in Z0.
  rewrite nth_IZR, Z0. ring.
Qed.

Lemma start_everywhere St layer out data hint t :
  holds layer out data hint t (start St layer out data false).
Proof.
  intros j f c I. apply start_In in I as [_ I]. unfold at_start in I.
  destruct (forallb _ _) eqn:Z0; [|destruct I]. destruct I as [I|[]]. injection I as <-.
  split; now apply zero_form.
Qed.

Lemma start_near St layer out data hint alpha theta : standsZ St alpha theta ->
  near (map Q2R theta)
    (fun t => holds layer out data hint t (start St layer out data true)).
Proof.
  intros [DP _ _ F]. rewrite <- (Zlt_Qlt 0) in DP. apply IZR_lt in DP.
  eapply near_mono.
  2: { apply (near_all _ (fun jf t => forall c,
         In (snd jf, c) (at_start St layer out data true (fst jf) (snd jf)) ->
         agrees c (at_ layer out data t (fst jf) (snd jf))
           (at_ layer out data (map IZR hint) (fst jf) (snd jf)))
         (list_prod (edges out) (None :: map Some (indices data)))).
       intros [j f] _. cbn [fst snd]. unfold at_start.
       destruct (forallb _ _) eqn:Z0.
       { exists 1. split; [lra|]. intros t _ _ c [I|[]]. injection I as <-.
         split; now apply zero_form. }
       pose proof (weigh_pre (D St) theta (th St) (sources data j f) (places layer out j f) F) as W.
       fold (at_ layer out data (map Q2R theta) j f) in W.
       fold (value layer out data (th St) j f) in W.
       set (r := at_ layer out data (map Q2R theta) j f) in *.
       destruct (Z.compare_spec (value layer out data (th St) j f) 0) as [Eq|Lt|Gt].
       - exists 1. split; [lra|]. intros t _ _ c [].
       - apply IZR_lt in Lt. assert (R0 : 0 < - r) by nra.
         eapply near_mono; [|apply (pre_near (map Q2R theta) (map IZR (sources data j f))
           (places layer out j f) (- r) R0)].
         intros t A c [I|[]]. injection I as <-. left. apply Rabs_def2 in A.
         fold (at_ layer out data t j f) in A. fold (at_ layer out data (map Q2R theta) j f) in A.
         fold r in A. lra.
       - apply IZR_lt in Gt. assert (R0 : 0 < r) by nra.
         eapply near_mono; [|apply (pre_near (map Q2R theta) (map IZR (sources data j f))
           (places layer out j f) r R0)].
         intros t A c [I|[]]. injection I as <-. left. apply Rabs_def2 in A.
         fold (at_ layer out data t j f) in A. fold (at_ layer out data (map Q2R theta) j f) in A.
         fold r in A. lra. }
  intros t A j f c I. apply start_In in I as [J I]. exact (A _ J c I).
Qed.

(** ** The theorems *)

Lemma act_scale alpha c z : 0 < c -> c * act alpha z = act alpha (c * z).
Proof.
  intros C. unfold act. destruct (Rle_dec 0 z), (Rle_dec 0 (c * z)); try lra; exfalso; nra.
Qed.

Lemma pre_scale E x X t r : hd 0%Z X = E -> Forall2 (repZ (unit_of integers X)) (1%Q :: x) X ->
  pre t (map IZR X) r = IZR E * pre t (1 :: map Q2R x) r.
Proof.
  intros Hd F. unfold pre. rewrite <- total_scale. apply total_ext. intros e _.
  change (unit_of integers X) with (hd 0%Z X) in F. rewrite Hd in F.
  assert (N : repZ E (nth (snd e) (1%Q :: x) 0%Q) (nth (snd e) X 0%Z)).
  { apply Forall2_nth; auto. unfold rep. cbn. ring. }
  apply rep_R in N. rewrite nth_IZR, N, <- nth_Q2R. cbn [map]. rewrite Q2R_one. ring.
Qed.

Lemma least_sound near P theta S data E hint t : least near P theta S data E hint t = true ->
  Specification.feasible P theta /\ standsZ S (alpha (net P)) theta /\
  exists layer, forall theta', feasible P theta' ->
    holds layer (output (net P)) data hint theta' (start S layer (output (net P)) data near) ->
    inner (map Q2R theta) (map Q2R theta) <= inner theta' theta'.
Proof.
  unfold least. intros C. repeat apply andb_prop in C as [C ?].
  assert (Fe : Specification.feasible P theta).
  { apply (is_feasible_sound P theta S data). unfold is_feasible. now rewrite C, H3, H2. }
  apply same_data_shown in C. apply same_setting_stands in H3.
  split; [exact Fe|]. split; [exact H3|].
  destruct (hidden (net P)) as [|layer [|]] eqn:Hi; try discriminate. exists layer.
  intros theta' Fe' Ho. unfold covered in H. apply andb_prop in H as [Own W].
  apply Z.ltb_lt in H1. rewrite forallb_forall in H0.
  destruct H3 as [DP TP AR TR]. rewrite <- (Zlt_Qlt 0) in DP, TP. apply rep_R in AR.
  pose proof (IZR_lt _ _ H1) as EP.
  set (out := output (net P)) in *.
  assert (Fi : forall i, In i (indices data) -> IZR E <= IZR (label data i) * total (map (fun j =>
    v out theta' j * part layer out data E (alpha (net P)) theta' j i) (edges out))).
  { intros i I. apply in_seq in I as [_ I]. cbn in I.
    destruct (Forall2_at _ _ _ (0%Q, []) (0%Z, []) i C I) as [J [Y V]].
    unfold label. destruct (nth i (examples P) (0%Q, [])) as [y x] eqn:Ex. cbn [fst snd] in Y, V.
    apply Qeq_eqR in Y. rewrite Q2R_Z in Y. rewrite Y. specialize (Fe' y x J).
    enough (IZR E * phi (net P) theta' (map Q2R x) = total (map (fun j =>
      v out theta' j * part layer out data E (alpha (net P)) theta' j i) (edges out))) as <- by nra.
    unfold phi. rewrite Hi. cbn [fold_left]. unfold pre at 1. fold out.
    rewrite <- (map_nth_seq out (0, 0)%nat) at 1. rewrite map_map, <- total_scale.
    apply total_ext. intros j _. unfold v, part, act_, edge_of.
    destruct (nth j out (0, 0)%nat) as [p [|k]] eqn:Ed; cbn [fst snd]; [cbn; ring|].
    cbn [next nth]. set (g := fun r => act (Q2R (alpha (net P))) (pre theta' (1 :: map Q2R x) r)).
    assert (G0 : g [] = 0).
    { unfold g, act, pre, total. cbn. destruct (Rle_dec 0 0); lra. }
    pose proof (map_nth g layer [] k) as Mn. rewrite G0 in Mn. unfold g in Mn |- *. rewrite Mn.
    unfold at_, sources, places, row, edge_of. rewrite Ed. cbn [snd].
    rewrite (pre_scale E x).
    - rewrite <- act_scale by exact EP. ring.
    - unfold input. specialize (H0 (nth i data (0%Z, [])) (nth_In _ _ I)). now apply Z.eqb_eq in H0.
    - exact (proj2 V). }
  assert (R : IZR (dot integers (th S) (th S)) <= IZR (D S) * IZR (D S) * inner theta' theta').
  { revert W. apply (walk_sound layer out data hint theta'); [|exact Ho].
    intros s l Hs. apply (proved_sound S layer out data E hint (alpha (net P)) theta'); auto. }
  pose proof (dot_rep integers inject_Z integers_zero integers_add integers_mul _ _ _ _ _ _ TR TR) as G.
  apply rep_R in G. cbn [mul integers] in G. rewrite mult_IZR in G. rewrite G, <- Q2R_inner in R.
  apply IZR_lt in DP. apply Rmult_le_reg_l with (IZR (D S) * IZR (D S)); [|lra].
  now apply Rmult_lt_0_compat.
Qed.

Theorem global_minimum_sound P theta S data E hint t :
  least false P theta S data E hint t = true -> global_minimum P (map Q2R theta).
Proof.
  intros C. apply least_sound in C as (Fe & _ & layer & B). split; [now apply Q2R_feasible|].
  intros theta' (_ & _ & Fe'). apply B; [exact Fe'|]. apply start_everywhere.
Qed.

Theorem local_minimum_sound P theta S data E hint t :
  least true P theta S data E hint t = true -> local_minimum P (map Q2R theta).
Proof.
  intros C. apply least_sound in C as (Fe & St & layer & B). split; [now apply Q2R_feasible|].
  destruct (start_near S layer (output (net P)) data hint _ _ St) as (eps & Ep & N).
  exists eps. split; [exact Ep|]. intros theta' (Le & _ & Fe') Sq. apply B; [exact Fe'|].
  now apply N.
Qed.
