(** * KKT points: gradients with chosen slopes, and multipliers *)

From Coq Require Import List ZArith QArith Lqa Lia Bool Setoid.
From ExactMargin Require Import Specification Machine Soundness Minima.
Import ListNotations.
Local Open Scope Q_scope.

(** ** What is computed

    The gradient of an example is carried from the output down, and has an entry for each edge: lists
    of layers of units of edges, so that gradients of examples are added without a look at
    parameters. These are looked up at the end, once. *)

Section Gradients.
  Context {A : Type} (R : ring A) (S : setting A).
  Notation "a + b" := (add R a b).
  Notation "a * b" := (mul R a b).
  Notation "- a" := (opp R a).

  Definition equal (b c : A) : bool := at_most R b c && at_most R c b.

  (** The sum of lists of sums, of which one may be shorter. *)
  Fixpoint merge {X : Type} (plus : X -> X -> X) (u v : list X) : list X :=
    match u, v with
    | [], _ => v
    | _, [] => u
    | b :: u', c :: v' => plus b c :: merge plus u' v'
    end.

  (** c more at place p. *)
  Fixpoint bump (p : nat) (c : A) (v : list A) : list A :=
    match p, v with
    | O, [] => [c]
    | O, b :: v' => b + c :: v'
    | Datatypes.S p', [] => zero R :: bump p' c []
    | Datatypes.S p', b :: v' => b :: bump p' c v'
    end.

  Definition fold_pairs {X Y Z : Type} (g : X -> Y -> Z -> Z) (l : list X) (k : list Y) (z : Z) : Z :=
    fold_right (fun xy => g (fst xy) (snd xy)) z (combine l k).

  Definition slope_ok (z s : A) : bool :=
    at_most R (a S) s && at_most R s (T S)
    && ((nonneg R z && nonneg R (- z)) || (nonneg R z && equal s (T S))
        || (nonneg R (- z) && equal s (a S))).

  Definition slopes_ok (t : list (list A * list A)) (slopes : list (list A)) : bool :=
    both (fun zh s => both slope_ok (fst zh) s) t slopes.

  (** Units with coefficients: what a sum of pre-activations says of the sources, and of the
      edges. *)
  Definition to_sources (units : list (A * list (wire A))) : list A :=
    fold_right (fun cu rest =>
      fold_right (fun e => bump (snd e) (fst cu * fst e)) rest (snd cu)) [] units.
  Definition to_edges (h : list A) (units : list (A * list (wire A))) : list (list A) :=
    map (fun cu => map (fun e => fst cu * nth (snd e) h (zero R)) (snd cu)) units.

  (** The units of the first layer with their coefficients, and the entries for later layers. *)
  Fixpoint backward (k : A) (out : list (wire A)) (layers : list (list (list (wire A))))
    (t : list (list A * list A)) (slopes : list (list A))
    : list (A * list (wire A)) * list (list (list A)) :=
    match layers, t, slopes with
    | l :: layers', (_, h) :: t', s :: slopes' =>
        let (units, g) := backward k out layers' t' slopes' in
        (combine (map (fun bc => fst bc * snd bc) (combine s (tl (to_sources units)))) l,
         to_edges h units :: g)
    | _, _, _ => ([(k, out)], [])
    end.

  (** k times the gradient of Phi at the input x. *)
  Definition gradient (w : list (list (list (wire A))) * list (wire A)) (x : list A)
    (t : list (list A * list A)) (k : A) (slopes : list (list A)) : list (list (list A)) :=
    let (units, g) := backward k (snd w) (fst w) t slopes in to_edges x units :: g.

  Definition plus : list (list (list A)) -> list (list (list A)) -> list (list (list A)) :=
    merge (merge (merge (add R))).

  (** k times a combination of gradients with weights. *)
  Fixpoint mix w (x : list A) (t : list (list A * list A)) (k : A) (g : list (A * list (list A)))
    : option (list (list (list A))) :=
    match g with
    | [] => Some []
    | (b, s) :: g' =>
        if nonneg R b && slopes_ok t s then
          match mix w x t k g' with
          | Some rest => Some (plus (gradient w x t (k * b) s) rest)
          | None => None
          end
        else None
    end.

  (** The sum of lambda_i y_i g_i, over L * W * c, where all examples are feasible. *)
  Fixpoint pulls w (W c : A) (data : list (A * list A))
    (multipliers : list (A * list (A * list (list A)))) : option (list (list (list A))) :=
    match data, multipliers with
    | [], [] => Some []
    | (y, x) :: data', (l, g) :: multipliers' =>
        match forward R S x (fst w), pulls w W c data' multipliers' with
        | Some (t, last), Some rest =>
            let (m, d) := margin_of R S (snd w) y last in
            if at_most R d m then
              if nonneg R (- l) && nonneg R l then Some rest
              else if positive R l && at_most R m d && equal (unit_of R last) c
                      && equal (sum R (map fst g)) W
              then match mix w x t (l * y) g with
                   | Some v => Some (plus v rest)
                   | None => None
                   end
              else None
            else None
        | _, _ => None
        end
    | _, _ => None
    end.

  (** The entries of edges, added up by parameters. *)
  Definition gather (layers : list (list unit_)) (g : list (list (list A))) : list A :=
    fold_pairs (fold_pairs (fold_pairs (fun e => bump (fst e)))) layers g [].
End Gradients.

(** theta over D against the sum over m: n m = D b at every free parameter, here from number p on.
    Nearly always D divides m, and then only n (m / D) is computed. *)
Fixpoint balanced_from (P : problem) (D q r : Z) (p : nat) (th total : list Z) : bool :=
  match th with
  | [] => true
  | n :: th' =>
      (is_fixed P p || Z.eqb (n * r) (D * (hd 0 total - n * q)))%Z
      && balanced_from P D q r (Datatypes.S p) th' (tl total)
  end.

Definition balanced (P : problem) (S : setting Z) (m : Z) (total : list Z) : bool :=
  let '(q, r) := Z.div_eucl m (D S) in balanced_from P (D S) q r 0 (th S) total.

Definition is_kkt (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z))
  (L W c : Z) (multipliers : list (Z * list (Z * list (list Z)))) : bool :=
  same_data P data && same_setting P theta S && (0 <? L)%Z && (0 <? W)%Z && (0 <? c)%Z
  && match pulls integers S (wired integers S (net P)) W c data multipliers with
     | Some g => balanced P S (L * (W * c)) (gather integers (hidden (net P) ++ [[output (net P)]]) g)
     | None => false
     end.

(** ** Soundness *)

(** A sum over two lists of which the longer is cut off. *)
Definition paired {X Y} (F : X -> Y -> Q) (l : list X) (k : list Y) : Q :=
  total (map (fun xy => F (fst xy) (snd xy)) (combine l k)).

Lemma paired_nil {X Y} (F : X -> Y -> Q) l : paired F l [] = 0.
Proof. now destruct l. Qed.

Lemma paired_merge {X Y} (F : X -> Y -> Q) plus :
  (forall b u v, F b (plus u v) == F b u + F b v) ->
  forall l u v, paired F l (merge plus u v) == paired F l u + paired F l v.
Proof.
  intros E. unfold paired, total. induction l as [|b l IH]; intros [|c u] [|d v];
    cbn [merge combine map fold_right fst snd]; try ring. rewrite E, IH. ring.
Qed.

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

  (** A list as a linear map. *)
  Definition apply (d : list Q) (v : list A) : Q := paired (fun q b => q * f b) d v.

  Lemma apply_nil d : apply d [] = 0.
  Proof. apply paired_nil. Qed.

  Lemma apply_cons q d b v : apply (q :: d) (b :: v) = q * f b + apply d v.
  Proof. reflexivity. Qed.

  Lemma apply_none v : apply [] v = 0.
  Proof. reflexivity. Qed.

  Lemma apply_bump c p : forall d v, apply d (bump R p c v) == apply d v + nth p d 0 * f c.
  Proof.
    induction p as [|p IH]; intros [|q d] [|b v]; cbn [bump nth];
      rewrite ?apply_cons, ?apply_nil, ?apply_none; try ring.
    - rewrite f_add. ring.
    - rewrite IH, apply_nil, f_zero. ring.
    - rewrite IH. ring.
  Qed.

  (** A gradient as a linear map, from its entries. *)
  Definition slant (d : list Q) : unit_ -> list A -> Q := paired (fun e b => nth (fst e) d 0 * f b).
  Definition incline (d : list Q) : list (list unit_) -> list (list (list A)) -> Q :=
    paired (paired (slant d)).

  Lemma incline_plus d layers u v :
    incline d layers (plus R u v) == incline d layers u + incline d layers v.
  Proof.
    apply paired_merge. apply paired_merge. apply paired_merge. intros e b c. rewrite f_add. ring.
  Qed.

  Lemma fold_pairs_rep {X Y} d (g : X -> Y -> list A -> list A) F :
    (forall b c v, apply d (g b c v) == F b c + apply d v) ->
    forall l k v, apply d (fold_pairs g l k v) == paired F l k + apply d v.
  Proof.
    intros E. unfold fold_pairs, paired, total. induction l as [|b l IH]; intros [|c k] v;
      cbn [combine map fold_right fst snd]; try ring. rewrite E, IH. ring.
  Qed.

  Lemma gather_rep d layers g : apply d (gather R layers g) == incline d layers g.
  Proof.
    unfold gather. rewrite (fold_pairs_rep d _ (paired (slant d))); [rewrite apply_nil; apply Qplus_0_r|].
    apply fold_pairs_rep. apply fold_pairs_rep. intros e c v. rewrite apply_bump. ring.
  Qed.

  (** Coefficients times what the units of a layer give. *)
  Notation wire_up := (wires R (th S)).
  Definition weighted (F : unit_ -> Q) : list A -> list unit_ -> Q := paired (fun c row => f c * F row).

  Lemma weighted_cons F c cs row rows :
    weighted F (c :: cs) (row :: rows) = f c * F row + weighted F cs rows.
  Proof. reflexivity. Qed.

  Lemma to_sources_rep k rows : forall cs,
    apply k (to_sources R (combine cs (map wire_up rows))) == f (D S) * weighted (pre theta k) cs rows.
  Proof.
    induction rows as [|row rows IH]; intros [|c cs]; cbn [map combine];
      try (unfold to_sources; cbn [fold_right]; rewrite apply_nil; unfold weighted;
           rewrite ?paired_nil; unfold paired, total; cbn; ring).
    rewrite weighted_cons. specialize (IH cs). unfold to_sources in *. cbn [fold_right fst snd].
    match type of IH with apply k ?r == _ => set (rest := r) in * end. clearbody rest.
    unfold wires, pre at 1, total at 1.
    induction row as [|e row IHr]; cbn [map fold_right fst snd]; [rewrite IH; ring|].
    rewrite apply_bump, IHr, f_mul.
    pose proof (rep_nth R f f_zero (D S) theta (th S) (fst e) (th_rep _ _ _ _ st)) as P.
    unfold rep in P. rewrite P. ring.
  Qed.

  Lemma to_edges_rep d h hA rows : Forall2 (rep f (unit_of R hA)) h hA -> forall cs,
    paired (slant d) rows (to_edges R hA (combine cs (map wire_up rows))) ==
    f (unit_of R hA) * weighted (pre d h) cs rows.
  Proof.
    intros F. induction rows as [|row rows IH]; intros [|c cs]; cbn [map combine to_edges];
      try (unfold weighted, paired, total; cbn; ring).
    rewrite weighted_cons. unfold paired, total in *. cbn [combine map fold_right fst snd].
    fold (to_edges R hA (combine cs (map wire_up rows))).
    rewrite (IH cs). clear IH. unfold slant, paired, pre, total, wires.
    set (rest := weighted _ _ _). clearbody rest.
    assert (H : fold_right Qplus 0 (map (fun xy : edge * A => nth (fst (fst xy)) d 0 * f (snd xy))
        (combine row (map (fun e => mul R c (nth (snd e) hA (zero R)))
          (map (fun e => (nth (fst e) (th S) (zero R), snd e)) row)))) ==
      f c * fold_right Qplus 0 (map (fun e => nth (fst e) d 0 * nth (snd e) h 0) row)
        * f (unit_of R hA)); [|rewrite H; ring].
    induction row as [|e row IHr]; cbn [combine map fold_right fst snd]; [ring|].
    rewrite IHr, f_mul. pose proof (rep_nth R f f_zero _ h hA (snd e) F) as P.
    unfold rep in P. rewrite P. ring.
  Qed.

  Definition slope (s : A) : Q := f s / f (T S).

  Lemma slope_rep s : f s == slope s * f (T S).
  Proof. unfold slope. pose proof (T_pos _ _ _ _ st). field. lra. Qed.

  Lemma slope_ok_sound c z n s : 0 < f c -> rep f c z n -> slope_ok R S n s = true ->
    slope_at alpha z (slope s).
  Proof.
    intros C Z E. unfold slope_ok in E. unfold rep in Z.
    pose proof (T_pos _ _ _ _ st) as TP.
    pose proof (a_rep _ _ _ _ st) as AR. unfold rep in AR. pose proof (slope_rep s) as SR.
    apply andb_prop in E as [E G]. apply andb_prop in E as [E E'].
    apply (at_most_sound R f f_add f_opp f_nonneg) in E, E'. rewrite AR, SR in E. rewrite SR in E'.
    assert (I : alpha <= slope s <= 1) by (split; nra).
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

  (** One layer of the pass forward. *)
  Lemma forward_cons l layers h hA t last : values R f h hA ->
    forward R S hA (map (map wire_up) (l :: layers)) = Some (t, last) ->
    exists zs h' t', t = (zs, h') :: t' /\ forward R S h' (map (map wire_up) layers) = Some (t', last) /\
      Forall2 (fun row z => rep f (mul R (D S) (unit_of R hA)) (pre theta h row) z) l zs /\
      unit_of R h' = mul R (T S) (mul R (D S) (unit_of R hA)) /\
      values R f (next alpha theta h l) h'.
  Proof.
    intros V E. cbn [map forward] in E. rewrite map_map in E.
    change (map _ l) with (map (weigh R (th S) hA) l) in E.
    destruct (activate R S hA _) as [h'|] eqn:W; [|discriminate].
    destruct (forward R S h' _) as [[t' last']|] eqn:G; [|discriminate]. injection E as <- <-.
    pose proof (weighed R f f_zero f_add f_mul S alpha theta st h hA l V) as Z.
    apply (activate_rep R f f_mul f_opp f_nonneg S alpha theta st h hA l _ h' V Z) in W as [U V'].
    now exists (map (weigh R (th S) hA) l), h', t'.
  Qed.

  Lemma forward_selection layers : forall h hA t last s,
    values R f h hA -> forward R S hA (map (map wire_up) layers) = Some (t, last) ->
    slopes_ok R S t s = true -> selection alpha theta h layers (slopes s).
  Proof.
    induction layers as [|l layers IH]; intros h hA t last s V E B.
    - injection E as <- <-. destruct s; [exact I|discriminate].
    - apply (forward_cons l layers h hA t last V) in E as (zs & h' & t' & -> & E & Z & _ & V').
      destruct s as [|sl s]; [discriminate|]. cbn [slopes_ok both fst] in B.
      apply andb_prop in B as [B B']. cbn [slopes map selection]. split; [|eapply IH; eauto].
      assert (C : 0 < f (mul R (D S) (unit_of R hA))).
      { rewrite f_mul. apply Qmult_lt_0_compat; [apply (D_pos _ _ _ _ st)|apply V]. }
      clear - st C Z B f_add f_opp f_nonneg. apply both_Forall2 in B. revert sl B.
      induction Z as [|row z l zs Z _ IH]; intros sl B; inversion B as [|? b ? sl' O B']; subst;
        cbn [map]; constructor; auto. eapply slope_ok_sound; eauto.
  Qed.

  Lemma backward_rep d n kk layers : forall h hA k t last s units g,
    values R f h hA -> forward R S hA (map (map wire_up) layers) = Some (t, last) ->
    slopes_ok R S t s = true ->
    backward R kk (wire_up (output n)) (map (map wire_up) layers) t s = (units, g) ->
    exists cs first later, layers ++ [[output n]] = first :: later /\
      units = combine cs (map wire_up first) /\
      f kk * along alpha theta d (output n) h k layers (slopes s) * f (unit_of R last) ==
      f (unit_of R hA) * weighted (fun row => pre theta k row + pre d h row) cs first
      + incline d later g.
  Proof.
    induction layers as [|l layers IH]; intros h hA k t last s units g V E B G.
    - injection E as <- <-. destruct s; [|discriminate]. injection G as <- <-.
      exists [kk], [output n], []. repeat split. cbn [slopes map along].
      unfold incline, weighted, paired, total. cbn [combine map fold_right fst snd]. ring.
    - apply (forward_cons l layers h hA t last V) in E as (zs & h' & t' & -> & E & Z & U & V').
      destruct s as [|sl s]; [discriminate|]. cbn [slopes_ok both fst] in B.
      apply andb_prop in B as [B B']. cbn [map backward] in G.
      destruct (backward R kk _ (map (map wire_up) layers) t' s) as [units' g'] eqn:G'.
      injection G as <- <-.
      set (k' := map (fun rv => snd rv * (pre theta k (fst rv) + pre d h (fst rv)))
        (combine l (map slope sl))).
      destruct (IH (next alpha theta h l) h' (0 :: k') t' last s units' g' V' E B' G')
        as (cs & first & later & EL & -> & H).
      exists (map (fun bc => mul R (fst bc) (snd bc)) (combine sl (tl (to_sources R (combine cs (map wire_up first)))))),
        l, (first :: later).
      split; [cbn [app]; now rewrite EL|]. split; [reflexivity|].
      cbn [slopes map along]. fold (slopes s). fold k'. rewrite H. clear H.
      unfold incline at 2. unfold paired at 1, total at 1. cbn [combine map fold_right fst snd].
      fold (total (map (fun xy => paired (slant d) (fst xy) (snd xy)) (combine later g'))).
      fold (paired (paired (slant d)) later g'). fold (incline d later g').
      rewrite (to_edges_rep d _ _ first (proj2 V') cs).
      assert (Split : forall F G, weighted (fun row => F row + G row) cs first ==
        weighted F cs first + weighted G cs first).
      { intros F G. unfold weighted, paired. rewrite <- total_plus. apply total_ext. intros; ring. }
      rewrite Split.
      assert (K : f (unit_of R h') * weighted (pre theta (0 :: k')) cs first ==
        f (unit_of R hA) * weighted (fun row => pre theta k row + pre d h row)
          (map (fun bc => mul R (fst bc) (snd bc)) (combine sl (tl (to_sources R (combine cs (map wire_up first)))))) l);
        [|rewrite <- K; ring].
      pose proof (to_sources_rep (0 :: k') first cs) as J. rewrite U, !f_mul.
      transitivity (f (T S) * f (unit_of R hA) *
        (f (D S) * weighted (pre theta (0 :: k')) cs first)); [ring|]. rewrite <- J. clear J.
      set (v := to_sources R _). clearbody v.
      assert (Hd : apply (0 :: k') v == apply k' (tl v)).
      { destruct v; [rewrite !apply_nil; reflexivity|]. rewrite apply_cons. cbn [tl]. ring. }
      rewrite Hd. clear Hd. generalize (tl v) as w. clear - st f_mul. subst k'.
      set (u := f (unit_of R hA)). clearbody u.
      revert sl. induction l as [|row l IHl]; intros sl w.
      { cbn [combine map]. rewrite apply_none. unfold weighted. rewrite paired_nil. ring. }
      destruct sl as [|b sl]; cbn [combine map].
      { rewrite apply_none. unfold weighted, paired, total. cbn. ring. }
      destruct w as [|c w]; cbn [combine map].
      { rewrite apply_nil. unfold weighted, paired, total. cbn. ring. }
      rewrite apply_cons, weighted_cons, !Qmult_plus_distr_r, IHl. cbn [fst snd].
      rewrite f_mul, (slope_rep b). ring.
  Qed.

  (** The witnesses of the specification. *)
  Context (n : network) (n_alpha : Specification.alpha n = alpha).
  Let w := wired R S n.
  Let shape := hidden n ++ [[output n]].

  Lemma gradient_rep d x xA k t last s :
    values R f (1 :: x) xA -> forward R S xA (fst w) = Some (t, last) -> slopes_ok R S t s = true ->
    incline d shape (gradient R w xA t k s) ==
    f k * derivative n theta x d (slopes s) * f (unit_of R last).
  Proof.
    intros V E B. unfold gradient. unfold w. cbn [wired fst snd].
    destruct (backward R k _ _ t s) as [units g] eqn:G.
    destruct (backward_rep d n k (hidden n) (1 :: x) xA [] t last s units g V E B G)
      as (cs & first & later & EL & -> & H).
    unfold derivative. rewrite n_alpha, H. unfold shape. rewrite EL.
    unfold incline at 1. unfold paired at 1, total at 1. cbn [combine map fold_right fst snd].
    fold (total (map (fun xy => paired (slant d) (fst xy) (snd xy)) (combine later g))).
    fold (paired (paired (slant d)) later g). fold (incline d later g).
    rewrite (to_edges_rep d _ _ first (proj2 V) cs).
    assert (Same : weighted (fun row => pre theta [] row + pre d (1 :: x) row) cs first ==
      weighted (pre d (1 :: x)) cs first); [|now rewrite Same].
    unfold weighted, paired. apply total_ext. intros [c row] _. cbn [fst snd].
    assert (Z0 : pre theta [] row == 0); [|rewrite Z0; ring].
    unfold pre, total. induction row as [|e row IH]; cbn [map fold_right]; [ring|]. rewrite IH.
    destruct (snd e); cbn [nth]; ring.
  Qed.

  Definition weights (W : A) (g : list (A * list (list A))) : subgradient :=
    map (fun ws => (f (fst ws) / f W, slopes (snd ws))) g.

  Lemma mix_rep W x xA t last k : 0 < f W -> values R f (1 :: x) xA ->
    forward R S xA (fst w) = Some (t, last) -> forall g v,
    mix R S w xA t k g = Some v ->
    (forall b s, In (b, s) (weights W g) -> 0 <= b /\ selection alpha theta (1 :: x) (hidden n) s) /\
    forall d, incline d shape v == f k *
      total (map (fun ws => fst ws * derivative n theta x d (snd ws)) (weights W g))
      * (f W * f (unit_of R last)).
  Proof.
    intros WP V E. induction g as [|[b s] g IH]; cbn [mix weights map]; intros v.
    - intros H. injection H as <-. split; [intros ? ? []|]. intros d. unfold incline.
      rewrite paired_nil. unfold total. cbn [fold_right]. ring.
    - destruct (nonneg R b && slopes_ok R S t s)%bool eqn:B; [|discriminate].
      destruct (mix R S w xA t k g) as [r|] eqn:M; [|discriminate].
      intros H. injection H as <-. apply andb_prop in B as [B C].
      apply f_nonneg in B. destruct (IH r eq_refl) as [IS ID]. split.
      + intros b' s' [I|I]; [|now apply IS]. injection I as <- <-. cbn [fst snd]. split.
        * apply Qle_shift_div_l; [exact WP|lra].
        * eapply forward_selection; eauto.
      + intros d. rewrite incline_plus, ID, (gradient_rep d x xA _ t last s V E C), f_mul.
        unfold total. cbn [map fold_right fst snd]. unfold weights. field. lra.
  Qed.

  Definition witness (L W : A) (lg : A * list (A * list (list A))) : Q * subgradient :=
    (f (fst lg) / f L, weights W (snd lg)).

  Lemma weights_sum W g : 0 < f W -> f (sum R (map fst g)) == f W ->
    total (map fst (weights W g)) == 1.
  Proof.
    intros WP E. assert (H : total (map fst (weights W g)) == f (sum R (map fst g)) / f W).
    { clear E. unfold weights, total, sum. induction g as [|[b s] g IH]; cbn [map fold_right fst snd].
      - rewrite f_zero. field. lra.
      - rewrite IH, f_add. field. lra. }
    rewrite H, E. field. lra.
  Qed.

  Lemma pulls_rep L W c : 0 < f L -> 0 < f W -> forall l data multipliers v,
    Forall2 (fun e g => f (fst g) == fst e /\ values R f (1 :: snd e) (snd g)) l data ->
    pulls R S w W c data multipliers = Some v ->
    (forall y x, In (y, x) l -> 1 <= y * phi n theta x) /\
    Forall2 (admissible n theta) l (map (witness L W) multipliers) /\
    forall d, incline d shape v ==
      total (map (fun em => let '((y, x), (lambda, g)) := em in
        lambda * (y * total (map (fun ws => fst ws * derivative n theta x d (snd ws)) g)))
        (combine l (map (witness L W) multipliers))) * (f L * (f W * f c)).
  Proof.
    intros LP WP l data multipliers v F. revert multipliers v.
    induction F as [|[y x] [yA xA] l data [Y V] F IH]; intros [|[m g] multipliers] v;
      cbn [pulls]; try discriminate; cbn [map combine].
    - intros E. injection E as <-. split; [intros ? ? []|]. split; [constructor|]. intros d.
      unfold incline. rewrite paired_nil. unfold total. cbn [fold_right]. ring.
    - cbn [fst snd] in Y, V. destruct (forward R S xA (fst w)) as [[t last]|] eqn:E; [|discriminate].
      destruct (pulls R S w W c data multipliers) as [r|] eqn:M; [|discriminate].
      specialize (IH multipliers r M) as (IF & IA & ID).
      pose proof (forward_rep R f f_zero f_add f_mul f_opp f_nonneg S alpha theta st _ _ _ _ _ V E) as VL.
      pose proof (margin_of_rep R f f_zero f_add f_mul S alpha theta st n y yA _ last Y VL) as MO.
      unfold w at 1. cbn [wired snd].
      destruct (margin_of R S (wires R (th S) (output n)) yA last) as [mg den].
      destruct MO as [DP MO].
      change (pre theta (fold_left _ _ _) _) with (pre theta (fold_left (next alpha theta) (hidden n) (1 :: x)) (output n)) in MO.
      assert (PH : phi n theta x = pre theta (fold_left (next alpha theta) (hidden n) (1 :: x)) (output n))
        by (unfold phi; now rewrite n_alpha).
      rewrite <- PH in MO. clear PH.
      destruct (at_most R den mg) eqn:AM; [|discriminate].
      pose proof (one_is_least R f f_add f_opp f_nonneg mg den _ DP MO AM) as FE.
      assert (IF' : forall y' x', In (y', x') ((y, x) :: l) -> 1 <= y' * phi n theta x').
      { intros y' x' [I|I]; [now injection I as <- <-|now apply IF]. }
      destruct (nonneg R (opp R m) && nonneg R m)%bool eqn:Z0.
      + intros H. injection H as <-. apply andb_prop in Z0 as [Z0 Z1].
        apply f_nonneg in Z0, Z1. rewrite f_opp in Z0. assert (M0 : f m == 0) by lra.
        assert (Q0 : f m / f L == 0) by (rewrite M0; field; lra). split; [exact IF'|]. split.
        * constructor; [|exact IA]. unfold witness, admissible. cbn [fst snd]. rewrite Q0.
          split; [lra|]. intros N. lra.
        * intros d. unfold total in *. cbn [fold_right]. unfold witness at 1. cbn [fst snd].
          rewrite Q0, ID. ring.
      + destruct (positive R m && at_most R mg den && equal R (unit_of R last) c
          && equal R (sum R (map fst g)) W)%bool eqn:B; [|discriminate].
        destruct (mix R S w xA t (mul R m yA) g) as [u|] eqn:G; [|discriminate].
        intros H. injection H as <-. apply andb_prop in B as [B C]. apply andb_prop in B as [B U].
        apply andb_prop in B as [B B'].
        apply f_positive in B. apply equal_sound in C, U.
        apply (at_most_sound R f f_add f_opp f_nonneg) in B'. unfold rep in MO. rewrite MO in B'.
        destruct (mix_rep W x xA t last _ WP V E g u G) as [MS MD]. split; [exact IF'|]. split.
        * constructor; [|exact IA]. unfold witness, admissible. cbn [fst snd].
          split; [apply Qle_shift_div_l; [exact LP|lra]|]. intros _. split; [nra|].
          split; [now apply weights_sum|]. rewrite n_alpha. exact MS.
        * intros d. rewrite incline_plus, MD, ID, f_mul, Y, U.
          cbn [map]. rewrite total_cons. change (witness L W (m, g)) with (f m / f L, weights W g).
          cbv beta iota. field. lra.
  Qed.
End Sound.

(** theta paired with d is what the sum gives, if they agree at every free parameter. *)
Lemma balanced_from_inner P D q r theta th : 0 < inject_Z D -> Forall2 (repZ D) theta th ->
  forall p v d, balanced_from P D q r p th v = true -> length d = length theta ->
  (forall i, ~ free P (p + i) -> nth i d 0 == 0) ->
  inner theta d * inject_Z (D * q + r) == apply inject_Z d v.
Proof.
  intros DP F. induction F as [|t n theta th N F IH]; intros p v [|e d] B Ld Fr; try discriminate Ld.
  - rewrite apply_none. unfold inner, total. cbn. ring.
  - cbn [balanced_from] in B. apply andb_prop in B as [B B']. injection Ld as Ld.
    assert (H : inner theta d * inject_Z (D * q + r) == apply inject_Z d (tl v)).
    { apply (IH _ _ _ B' Ld). intros i I. apply (Fr (Datatypes.S i)).
      now replace (p + Datatypes.S i)%nat with (Datatypes.S p + i)%nat by lia. }
    assert (Ap : apply inject_Z (e :: d) v ==
      e * inject_Z (hd 0%Z v) + apply inject_Z d (tl v)).
    { destruct v; cbn [hd tl]; [|reflexivity]. rewrite !apply_nil. change (inject_Z 0) with 0. ring. }
    rewrite Ap, <- H. unfold inner, total. cbn [combine map fold_right fst snd].
    assert (K : e == 0 \/ t * inject_Z (D * q + r) == inject_Z (hd 0%Z v)).
    { unfold is_fixed in B.
      destruct (p <? first P)%nat eqn:U, (past P <=? p)%nat eqn:V; cbn [orb] in B;
        try (left; apply (Fr 0%nat); rewrite Nat.add_0_r; unfold free;
             rewrite ?Nat.ltb_lt, ?Nat.leb_le in *; lia).
      right. apply Z.eqb_eq in B. unfold rep in N.
      assert (E : inject_Z n * inject_Z (D * q + r) == inject_Z D * inject_Z (hd 0%Z v)).
      { rewrite <- !inject_Z_mult. apply inject_Z_injective. nia. }
      rewrite N in E.
      assert (Z0 : inject_Z D * (t * inject_Z (D * q + r) - inject_Z (hd 0%Z v)) == 0).
      { transitivity (t * inject_Z D * inject_Z (D * q + r) - inject_Z D * inject_Z (hd 0%Z v));
          [ring|rewrite E; ring]. }
      apply Qmult_integral in Z0 as [Z0|Z0]; lra. }
    destruct K as [K|K]; [rewrite K|rewrite <- K]; ring.
Qed.

Lemma balanced_inner P S m v theta :
  Forall2 (repZ (D S)) theta (th S) -> 0 < inject_Z (D S) -> balanced P S m v = true ->
  forall d, length d = length theta -> (forall p, ~ free P p -> nth p d 0 == 0) ->
  inner theta d * inject_Z m == apply inject_Z d v.
Proof.
  intros F DP B d Ld Fr. unfold balanced in B.
  assert (Dm : (D S <> 0)%Z) by (intros E; rewrite E in DP; discriminate).
  pose proof (Z.div_mod m (D S) Dm) as M. unfold Z.div, Z.modulo in M.
  destruct (Z.div_eucl m (D S)) as [q r]. rewrite M.
  now apply (balanced_from_inner P (D S) q r theta (th S) DP F 0 v d).
Qed.

Theorem is_kkt_sound P theta S data L W c multipliers :
  is_kkt P theta S data L W c multipliers = true -> kkt P theta.
Proof.
  unfold is_kkt. intros E. apply andb_prop in E as [E G]. repeat apply andb_prop in E as [E ?H].
  apply same_data_shown in E. apply same_setting_stands in H2.
  apply Z.ltb_lt in H, H0, H1. rewrite Zlt_Qlt in H, H0, H1.
  destruct (pulls integers S _ W c data multipliers) as [v|] eqn:V; [|discriminate].
  destruct (pulls_rep integers inject_Z integers_zero integers_add integers_mul integers_opp
    integers_nonneg integers_positive S (alpha (net P)) theta H2 (net P) eq_refl L W c H1 H0
    (examples P) data multipliers v E V) as (FE & AD & SU).
  split; [exact FE|].
  exists (map (witness inject_Z S L W) multipliers). split; [exact AD|]. intros d Ld Fr.
  destruct H2 as [DP TP AR F].
  pose proof (balanced_inner P S _ _ theta F DP G d Ld Fr) as B.
  rewrite (gather_rep integers inject_Z integers_zero integers_add), SU, !inject_Z_mult in B.
  assert (X : 0 < inject_Z L * (inject_Z W * inject_Z c)) by
    (repeat apply Qmult_lt_0_compat; assumption).
  apply Qmult_inj_r in B; [exact B|]. intros C. rewrite C in X. discriminate X.
Qed.
