(** * Better points and descent curves *)

From Coq Require Import List ZArith QArith Qabs Lqa Lia Bool Setoid.
From ExactMargin Require Import Specification Machine Soundness.
Import ListNotations.
Local Open Scope Q_scope.

(** ** The two rings are carried to Q *)

Lemma integers_add b c : inject_Z (add integers b c) == inject_Z b + inject_Z c.
Proof. cbn. now rewrite inject_Z_plus. Qed.
Lemma integers_mul b c : inject_Z (mul integers b c) == inject_Z b * inject_Z c.
Proof. cbn. now rewrite inject_Z_mult. Qed.
Lemma integers_opp b : inject_Z (opp integers b) == - inject_Z b.
Proof. cbn. now rewrite inject_Z_opp. Qed.
Lemma integers_nonneg b : nonneg integers b = true -> 0 <= inject_Z b.
Proof. cbn. intros E. apply Z.leb_le in E. now rewrite Zle_Qle in E. Qed.
Lemma integers_positive b : positive integers b = true -> 0 < inject_Z b.
Proof. cbn. intros E. apply Z.ltb_lt in E. now rewrite Zlt_Qlt in E. Qed.
Lemma integers_zero : inject_Z (zero integers) == 0.
Proof. reflexivity. Qed.

Fixpoint ev (t : Q) (p : poly) : Q :=
  match p with [] => 0 | b :: p' => inject_Z b + t * ev t p' end.

Lemma ev_add t p : forall q, ev t (padd p q) == ev t p + ev t q.
Proof.
  induction p as [|b p IH]; intros [|c q]; cbn [padd ev]; try ring.
  rewrite IH, inject_Z_plus. ring.
Qed.

Lemma ev_scale t c p : ev t (pscale c p) == inject_Z c * ev t p.
Proof.
  unfold pscale. induction p as [|b p IH]; cbn [map ev]; [ring|]. rewrite IH, inject_Z_mult. ring.
Qed.

Lemma ev_mul t p q : ev t (pmul p q) == ev t p * ev t q.
Proof.
  induction p as [|b p IH]; cbn [pmul ev]; [ring|]. rewrite ev_add, ev_scale. cbn [ev].
  rewrite IH. ring.
Qed.

Lemma ev_opp t p : ev t (map Z.opp p) == - ev t p.
Proof. induction p as [|b p IH]; cbn [map ev]; [ring|]. rewrite IH, inject_Z_opp. ring. Qed.

Lemma ev_constant t n : ev t (constant n) == inject_Z n.
Proof. cbn. ring. Qed.

Lemma Zle_Q b c : (b <= c)%Z -> inject_Z b <= inject_Z c.
Proof. now rewrite Zle_Qle. Qed.

(** Abel: with all prefix sums at least m, so is the value; s is the sum so far. *)
Lemma prefixes_bound (m : Z) t : 0 < t -> t <= 1 -> forall p s,
  prefixes (Z.leb m) s p = true -> (m <= s)%Z -> inject_Z m <= inject_Z s + t * ev t p.
Proof.
  intros T0 T1. induction p as [|b p IH]; cbn [prefixes ev]; intros s E M; apply Zle_Q in M.
  - lra.
  - apply andb_prop in E as [B E]. apply Z.leb_le in B. specialize (IH _ E B).
    rewrite inject_Z_plus in IH.
    setoid_replace (inject_Z s + t * (inject_Z b + t * ev t p))
      with ((1 - t) * inject_Z s + t * (inject_Z s + inject_Z b + t * ev t p)) by ring.
    nra.
Qed.

Lemma prefixes_at_least m t p : 0 < t -> t <= 1 ->
  prefixes (Z.leb m) 0 p = true -> p <> [] -> inject_Z m <= ev t p.
Proof.
  intros T0 T1. destruct p as [|b p]; [congruence|]. cbn [prefixes ev]. intros E _.
  apply andb_prop in E as [B E]. apply Z.leb_le in B.
  replace (0 + b)%Z with b in * by lia. now apply prefixes_bound.
Qed.

Lemma pnonneg_sound t p : 0 < t -> t <= 1 -> pnonneg p = true -> 0 <= ev t p.
Proof.
  intros T0 T1 E. destruct p as [|b p]; [cbn; lra|].
  apply (prefixes_at_least 0 t) in E; auto. congruence.
Qed.

(** With the last prefix sum positive, so is the value. *)
Lemma prefixes_last t : 0 < t -> t <= 1 -> forall p s,
  prefixes (Z.leb 0) s p = true -> (0 <= s)%Z -> (0 < s + fold_right Z.add 0 p)%Z ->
  0 < inject_Z s + t * ev t p.
Proof.
  intros T0 T1. induction p as [|b p IH]; cbn [prefixes ev fold_right]; intros s E M L.
  - assert (0 < inject_Z s) by (rewrite <- (Zlt_Qlt 0); lia). lra.
  - apply andb_prop in E as [B E]. apply Z.leb_le in B.
    assert (L' : (0 < (s + b) + fold_right Z.add 0 p)%Z) by lia. specialize (IH _ E B L').
    rewrite inject_Z_plus in IH. apply Zle_Q in M.
    setoid_replace (inject_Z s + t * (inject_Z b + t * ev t p))
      with ((1 - t) * inject_Z s + t * (inject_Z s + inject_Z b + t * ev t p)) by ring.
    change (inject_Z 0) with 0 in M. nra.
Qed.

Lemma ppositive_sound t p : 0 < t -> t <= 1 -> ppositive p = true -> 0 < ev t p.
Proof.
  intros T0 T1 E. unfold ppositive, pnonneg in E. apply andb_prop in E as [E L].
  apply Z.ltb_lt in L. destruct p as [|b p]; [cbn in L; lia|].
  cbn [prefixes fold_right ev] in *. apply andb_prop in E as [B E]. apply Z.leb_le in B.
  replace (0 + b)%Z with b in * by lia. now apply prefixes_last.
Qed.

(** ** Integers stand for the problem *)

Notation repZ := (rep inject_Z).
Notation standsZ := (stands inject_Z).
Notation valuesZ := (values integers inject_Z).

Lemma eqb_rep q d n : (Qnum q * d =? n * QDen q)%Z = true -> repZ d q n.
Proof.
  intros E. apply Z.eqb_eq in E. unfold rep. destruct q as [b k].
  unfold Qeq. cbn [Qnum Qden inject_Z Qmult] in *. rewrite !Z.mul_1_r, Pos.mul_1_r. lia.
Qed.

Lemma over_rep d qs ns : over d qs ns = true -> Forall2 (repZ d) qs ns.
Proof.
  intros E. apply both_Forall2 in E. induction E; constructor; auto. now apply eqb_rep.
Qed.

Lemma same_setting_stands P theta S :
  same_setting P theta S = true -> standsZ S (alpha (net P)) theta.
Proof.
  unfold same_setting. intros E. apply andb_prop in E as [E O]. apply andb_prop in E as [E F].
  apply andb_prop in E as [G H]. apply Z.ltb_lt in G, H.
  split; [now rewrite <- (Zlt_Qlt 0)|now rewrite <- (Zlt_Qlt 0)|now apply eqb_rep|now apply over_rep].
Qed.

(** What is known of an example and of the integers for it. *)
Definition shown (e : Q * list Q) (g : Z * list Z) : Prop :=
  inject_Z (fst g) == fst e /\ valuesZ (1 :: snd e) (snd g).

Lemma same_data_shown P data : same_data P data = true -> Forall2 shown (examples P) data.
Proof.
  intros E. apply both_Forall2 in E. induction E as [|[y x] [yA xA] l k E _ IH]; constructor; auto.
  apply andb_prop in E as [E O]. apply andb_prop in E as [L H]. apply Z.ltb_lt in H.
  cbn [fst snd] in *. split; cbn [fst snd].
  - assert (L' : (Qnum y * 1 =? yA * QDen y)%Z = true) by now rewrite Z.mul_1_r.
    apply eqb_rep in L'. unfold rep in L'. rewrite L'. cbn. ring.
  - split; [now rewrite <- (Zlt_Qlt 0)|]. now apply over_rep.
Qed.

Lemma feasible_here_sound {A} (R : ring A) (f : A -> Q) (S : setting A) P theta data :
  (forall c, nonneg R c = true -> 0 <= f c) ->
  f (zero R) == 0 -> (forall b c, f (add R b c) == f b + f c) ->
  (forall b c, f (mul R b c) == f b * f c) -> (forall b, f (opp R b) == - f b) ->
  stands f S (alpha (net P)) theta ->
  Forall2 (fun e g => f (fst g) == fst e /\ values R f (1 :: snd e) (snd g)) (examples P) data ->
  feasible_here R S (net P) data = true -> feasible P theta.
Proof.
  intros N Z0 Ad Mu Op st F E y x I. unfold feasible_here in E. rewrite forallb_forall in E.
  induction F as [|[y' x'] [yA xA] l k [L V] F IH]; [destruct I|].
  destruct I as [I|I].
  - injection I as <- <-. specialize (E (yA, xA) (or_introl eq_refl)). cbn [fst snd] in *.
    destruct (margin_in R S _ yA xA) as [[m c]|] eqn:M; [|discriminate].
    apply (margin_rep R f Z0 Ad Mu Op N S (alpha (net P)) theta st (net P) y' yA x' xA m c) in M as [C M];
      auto. now apply (one_is_least R f Ad Op N m c).
  - apply IH; auto. intros g G. apply E. now right.
Qed.

Lemma agree_from {X Y} P (same : X -> Y -> bool) (b : X) (c : Y) : forall l k o,
  both (fun px c => negb (is_fixed P (fst px)) || same (snd px) c)%bool
    (combine (seq o (length l)) l) k = true ->
  length k = length l /\
  forall i, (i < length l)%nat -> ~ free P (o + i) -> same (nth i l b) (nth i k c) = true.
Proof.
  induction l as [|q l IH]; cbn; intros [|r k] o; cbn; try discriminate; intros E.
  - split; [reflexivity|lia].
  - apply andb_prop in E as [E F]. apply IH in F as [L F]. split; [lia|].
    intros [|i] I N.
    + rewrite Nat.add_0_r in N. unfold is_fixed in E. cbn [fst snd] in E.
      destruct (o <? first P)%nat eqn:U, (past P <=? o)%nat eqn:W; cbn in E; auto.
      exfalso. apply N. apply Nat.ltb_ge in U. apply Nat.leb_gt in W. now split.
    + apply F; [lia|]. replace (Datatypes.S o + i)%nat with (o + Datatypes.S i)%nat by lia. exact N.
Qed.

Lemma agree_nth {X Y} P (same : X -> Y -> bool) l k (b : X) (c : Y) :
  agree P same l k = true -> length k = length l /\
  forall p, (p < length l)%nat -> ~ free P p -> same (nth p l b) (nth p k c) = true.
Proof. intros E. now apply (agree_from P same b c l k 0). Qed.

Lemma smaller_sound {A} (R : ring A) (f : A -> Q) (S S' : setting A) alpha alpha' theta theta' :
  (forall c, positive R c = true -> 0 < f c) ->
  f (zero R) == 0 -> (forall b c, f (add R b c) == f b + f c) ->
  (forall b c, f (mul R b c) == f b * f c) -> (forall b, f (opp R b) == - f b) ->
  stands f S alpha theta -> stands f S' alpha' theta' ->
  smaller R S' S = true -> inner theta' theta' < inner theta theta.
Proof.
  intros Po Z0 Ad Mu Op [P _ _ F] [P' _ _ F'] E. unfold smaller in E.
  apply (less_sound R f Ad Op Po) in E. rewrite !Mu in E.
  pose proof (dot_rep R f Z0 Ad Mu _ _ _ _ _ _ F F) as G.
  pose proof (dot_rep R f Z0 Ad Mu _ _ _ _ _ _ F' F') as G'.
  unfold rep in G, G'. rewrite Mu in G, G'. rewrite G, G' in E.
  set (d := f (D S)) in *. set (e := f (D S')) in *.
  assert (0 < d * d * (e * e)) by (repeat apply Qmult_lt_0_compat; assumption).
  apply Qnot_le_lt. intros C.
  assert (d * d * (e * e) * inner theta theta <= d * d * (e * e) * inner theta' theta').
  { apply Qmult_le_l; assumption. }
  lra.
Qed.

Theorem better_sound P theta theta' S S' data :
  better P theta theta' S S' data = true ->
  competitor P theta theta' /\ inner theta' theta' < inner theta theta.
Proof.
  unfold better. intros E. repeat apply andb_prop in E as [E ?H].
  apply same_data_shown in E. apply same_setting_stands in H2, H3.
  split.
  - apply (agree_nth P Qeq_bool theta theta' 0 0) in H1 as [L F]. split; [exact L|]. split.
    + intros p N. destruct (Nat.lt_ge_cases p (length theta)) as [I|I].
      * symmetry. apply Qeq_bool_eq. now apply F.
      * rewrite !nth_overflow by lia. reflexivity.
    + eapply (feasible_here_sound integers inject_Z S'); eauto using integers_nonneg, integers_add,
        integers_mul, integers_opp, integers_zero.
  - eapply (smaller_sound integers inject_Z S S'); eauto using integers_positive, integers_add,
      integers_mul, integers_opp, integers_zero.
Qed.

Definition is_feasible (P : problem) (theta : list Q) (S : setting Z) (data : list (Z * list Z))
  : bool :=
  same_data P data && same_setting P theta S && feasible_here integers S (net P) data.

Theorem is_feasible_sound P theta S data :
  is_feasible P theta S data = true -> feasible P theta.
Proof.
  unfold is_feasible. intros E. repeat apply andb_prop in E as [E ?H].
  apply same_data_shown in E. apply same_setting_stands in H0.
  eapply (feasible_here_sound integers inject_Z S); eauto using integers_nonneg, integers_add,
    integers_mul, integers_opp, integers_zero.
Qed.

(** A point that is better is the end of every claim to a global minimum. *)
Theorem not_global_minimum P theta theta' S S' data :
  better P theta theta' S S' data = true -> ~ global_minimum P theta.
Proof.
  intros E [_ G]. apply better_sound in E as [C L]. specialize (G theta' C). lra.
Qed.
