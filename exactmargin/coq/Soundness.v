(** * What is computed is what is claimed: the forward pass

    A map f from the ring to Q carries its operations and tests to those of Q. The number n stands
    for q over the denominator c if f n == q * f c. *)

From Coq Require Import List ZArith QArith Lqa Lia Setoid Morphisms Bool.
From ExactMargin Require Import Specification Machine.
Import ListNotations.
Local Open Scope Q_scope.

(** ** Sums over Q *)

Lemma total_cons b l : total (b :: l) = b + total l.
Proof. reflexivity. Qed.

Lemma total_ext {X} (g h : X -> Q) l :
  (forall b, In b l -> g b == h b) -> total (map g l) == total (map h l).
Proof.
  unfold total. induction l as [|b l IH]; intros E; cbn [map fold_right]; [reflexivity|].
  rewrite (E b (or_introl eq_refl)), IH; [reflexivity|].
  intros c Hc. apply E. now right.
Qed.

Lemma total_plus {X} (g h : X -> Q) l :
  total (map (fun b => g b + h b) l) == total (map g l) + total (map h l).
Proof. unfold total. induction l as [|b l IH]; cbn [map fold_right]; [ring|rewrite IH; ring]. Qed.

Lemma total_scale {X} (c : Q) (g : X -> Q) l :
  total (map (fun b => c * g b) l) == c * total (map g l).
Proof. unfold total. induction l as [|b l IH]; cbn [map fold_right]; [ring|rewrite IH; ring]. Qed.

Lemma total_nonneg {X} (g : X -> Q) l :
  (forall b, In b l -> 0 <= g b) -> 0 <= total (map g l).
Proof.
  unfold total. induction l as [|b l IH]; intros E; cbn [map fold_right]; [lra|].
  assert (0 <= g b) by (apply E; now left).
  assert (0 <= fold_right Qplus 0 (map g l)) by (apply IH; intros; apply E; now right). lra.
Qed.

Lemma total_nonpos {X} (g : X -> Q) l :
  (forall b, In b l -> g b <= 0) -> total (map g l) <= 0.
Proof.
  unfold total. induction l as [|b l IH]; intros E; cbn [map fold_right]; [lra|].
  assert (g b <= 0) by (apply E; now left).
  assert (fold_right Qplus 0 (map g l) <= 0) by (apply IH; intros; apply E; now right). lra.
Qed.

Lemma Forall2_length {X Y} (g : X -> Y -> Prop) l k : Forall2 g l k -> length l = length k.
Proof. induction 1; cbn; congruence. Qed.

Lemma each_Forall2 {X Y} (g : X -> option Y) l k :
  each g l = Some k -> Forall2 (fun b c => g b = Some c) l k.
Proof.
  revert k. induction l as [|b l IH]; cbn; intros k E.
  - injection E as <-. constructor.
  - destruct (g b) eqn:G; [|discriminate]. destruct (each g l); [|discriminate].
    injection E as <-. constructor; auto.
Qed.

Lemma both_Forall2 {X Y} (g : X -> Y -> bool) l k :
  both g l k = true -> Forall2 (fun b c => g b c = true) l k.
Proof.
  revert k. induction l as [|b l IH]; destruct k as [|c k]; cbn; try discriminate; intros E.
  - constructor.
  - apply andb_prop in E as [E F]. constructor; auto.
Qed.

Section Sound.
  Context {A : Type} (R : ring A) (f : A -> Q).
  Hypothesis f_zero : f (zero R) == 0.
  Hypothesis f_add : forall b c, f (add R b c) == f b + f c.
  Hypothesis f_mul : forall b c, f (mul R b c) == f b * f c.
  Hypothesis f_opp : forall b, f (opp R b) == - f b.
  Hypothesis f_nonneg : forall b, nonneg R b = true -> 0 <= f b.
  Hypothesis f_positive : forall b, positive R b = true -> 0 < f b.

  Definition rep (c : A) (q : Q) (n : A) : Prop := f n == q * f c.

  Lemma less_sound b c : less R b c = true -> f b < f c.
  Proof. intros E. apply f_positive in E. rewrite f_add, f_opp in E. lra. Qed.

  Lemma at_most_sound b c : at_most R b c = true -> f b <= f c.
  Proof. intros E. apply f_nonneg in E. rewrite f_add, f_opp in E. lra. Qed.

  Lemma rep_nth c qs ns i :
    Forall2 (rep c) qs ns -> rep c (nth i qs 0) (nth i ns (zero R)).
  Proof.
    intros F. revert i. induction F; intros [|i]; cbn; auto; unfold rep; rewrite f_zero; ring.
  Qed.

  Lemma weigh_rep D theta th h hA row :
    Forall2 (rep D) theta th -> Forall2 (rep (unit_of R hA)) h hA ->
    rep (mul R D (unit_of R hA)) (pre theta h row) (weigh R th hA row).
  Proof.
    intros F G. unfold rep, pre, weigh, flow, wires. rewrite map_map. induction row as [|e row IH]; cbn.
    - rewrite f_zero. ring.
    - pose proof (rep_nth D theta th (fst e) F) as P.
      pose proof (rep_nth _ h hA (snd e) G) as P'. unfold rep in *.
      unfold total, sum in IH. rewrite f_add, IH, !f_mul, P, P'. ring.
  Qed.

  Lemma dot_rep c e u v uA vA :
    Forall2 (rep c) u uA -> Forall2 (rep e) v vA -> rep (mul R c e) (inner u v) (dot R uA vA).
  Proof.
    intros F. revert v vA. unfold rep, inner, dot. induction F as [|q n u uA E F IH]; intros v vA G.
    - cbn. rewrite f_zero. ring.
    - destruct G as [|q' n' v vA E' G]; cbn.
      + rewrite f_zero. ring.
      + specialize (IH v vA G). unfold total, sum in IH. unfold rep in E, E'.
        rewrite f_add, IH, !f_mul, E, E'. ring.
  Qed.

  (** What is asked of a setting: it stands for the slope and for the parameters. *)
  Record stands (S : setting A) (alpha : Q) (theta : list Q) : Prop := {
    D_pos : 0 < f (D S);
    T_pos : 0 < f (T S);
    a_rep : rep (T S) alpha (a S);
    th_rep : Forall2 (rep (D S)) theta (th S)
  }.

  (** A list of values: its head stands for the constant 1, and is the denominator. *)
  Definition values (h : list Q) (hA : list A) : Prop :=
    0 < f (unit_of R hA) /\ Forall2 (rep (unit_of R hA)) h hA.

  Section Setting_.
  Context (S : setting A) (alpha : Q) (theta : list Q) (st : stands S alpha theta).

  Lemma active_rep c z n v :
    0 < f c -> rep c z n -> active R S n = Some v -> rep (mul R (T S) c) (act alpha z) v.
  Proof.
    intros P E. unfold rep in E. unfold active, rep. pose proof (T_pos _ _ _ st) as TP.
    destruct (nonneg R n) eqn:N; [|destruct (nonneg R (opp R n)) eqn:N'; [|discriminate]];
      intros H; injection H as <-.
    - apply f_nonneg in N. assert (0 <= z) by (rewrite E in N; nra).
      unfold act. replace (Qle_bool 0 z) with true by (symmetry; now apply Qle_bool_iff).
      rewrite !f_mul, E. ring.
    - apply f_nonneg in N'. rewrite f_opp in N'. assert (z <= 0) by (rewrite E in N'; nra).
      pose proof (a_rep _ _ _ st) as AR. unfold rep in AR. rewrite !f_mul, E, AR.
      unfold act. destruct (Qle_bool 0 z) eqn:L.
      + apply Qle_bool_iff in L. assert (Z0 : z == 0) by lra. rewrite Z0. ring.
      + ring.
  Qed.

  Lemma activate_rep h hA layer zs hA' :
    values h hA ->
    Forall2 (fun row z => rep (mul R (D S) (unit_of R hA)) (pre theta h row) z) layer zs ->
    activate R S hA zs = Some hA' ->
    unit_of R hA' = mul R (T S) (mul R (D S) (unit_of R hA)) /\
    values (next alpha theta h layer) hA'.
  Proof.
    intros [P F] W E. unfold activate in E.
    destruct (each _ zs) as [vs|] eqn:V; [|discriminate]. injection E as <-.
    split; [reflexivity|]. apply each_Forall2 in V.
    pose proof (D_pos _ _ _ st). pose proof (T_pos _ _ _ st).
    assert (0 < f (D S) * f (unit_of R hA)) by nra.
    split; cbn [unit_of hd].
    - rewrite !f_mul. nra.
    - unfold next. constructor; [unfold rep; ring|]. revert vs V.
      induction W as [|row z layer zs Z W IH]; intros vs V; inversion V as [|? v ? vs' Av V']; subst;
        cbn [map]; constructor; auto.
      eapply active_rep; [|exact Z|exact Av]. rewrite f_mul. exact H1.
  Qed.

  Lemma weighed h hA layer : values h hA ->
    Forall2 (fun row z => rep (mul R (D S) (unit_of R hA)) (pre theta h row) z) layer
      (map (weigh R (th S) hA) layer).
  Proof.
    intros [_ F]. induction layer; cbn [map]; constructor; auto.
    apply weigh_rep; [apply (th_rep _ _ _ st)|exact F].
  Qed.

  Lemma step_rep h hA layer hA' :
    values h hA -> step R S hA layer = Some hA' ->
    unit_of R hA' = mul R (T S) (mul R (D S) (unit_of R hA)) /\
    values (next alpha theta h layer) hA'.
  Proof. intros V. apply activate_rep; [exact V|now apply weighed]. Qed.

  Lemma forward_rep layers : forall h hA t last,
    values h hA -> forward R S hA (map (map (wires R (th S))) layers) = Some (t, last) ->
    values (fold_left (next alpha theta) layers h) last.
  Proof.
    induction layers as [|l layers IH]; cbn [map forward fold_left]; intros h hA t last V E.
    - now injection E as <- <-.
    - rewrite map_map in E. change (map _ l) with (map (weigh R (th S) hA) l) in E.
      destruct (activate R S hA _) as [h'|] eqn:W; [|discriminate].
      destruct (forward R S h' _) as [[t' last']|] eqn:G; [|discriminate]. injection E as <- <-.
      apply step_rep with (h := h) in W; [|exact V]. destruct W as [_ W]. eauto.
  Qed.

  Lemma margin_of_rep n y yA h last :
    f yA == y -> values h last ->
    let (m, c) := margin_of R S (wires R (th S) (output n)) yA last in
    0 < f c /\ rep c (y * pre theta h (output n)) m.
  Proof.
    intros Ey [P F]. pose proof (D_pos _ _ _ st). split.
    - rewrite f_mul. nra.
    - pose proof (weigh_rep (D S) theta (th S) _ _ (output n) (th_rep _ _ _ st) F) as G.
      unfold rep, weigh in *. rewrite f_mul, G, Ey. ring.
  Qed.

  Lemma margin_rep n y yA x xA m c :
    Specification.alpha n = alpha -> f yA == y -> values (1 :: x) xA ->
    margin R S n yA xA = Some (m, c) -> 0 < f c /\ rep c (y * phi n theta x) m.
  Proof.
    intros En Ey V. unfold margin, margin_in. cbn [wired fst snd].
    destruct (forward R S xA _) as [[t last]|] eqn:W; [|discriminate].
    apply forward_rep with (h := 1 :: x) in W; [|exact V].
    pose proof (margin_of_rep n y yA _ last Ey W) as G. destruct (margin_of _ _ _ _ _) as [m' c'].
    intros E. injection E as <- <-. unfold phi. now rewrite En.
  Qed.

  Lemma one_is_least m c (q : Q) : 0 < f c -> rep c q m -> at_most R c m = true -> 1 <= q.
  Proof. intros P M E. apply at_most_sound in E. unfold rep in M. rewrite M in E. nra. Qed.
  End Setting_.
End Sound.
