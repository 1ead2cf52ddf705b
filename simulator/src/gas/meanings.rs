//! What is measured, in words: those of `scripts/lib/report.mjs`.

/// A row of the operations: a step of a life.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    /// What it is called; tokens end with `_erc20`.
    pub(super) name: &'static str,
    /// In which life.
    pub(super) life: &'static str,
    /// Which step of it.
    pub(super) step: &'static str,
    /// What it is.
    pub(super) what: &'static str,
}

/// The operations.
pub(super) const OPERATIONS: &[Operation] = &[
    row("deposit_first", "mutual", "deposit_first", "`deposit`, the channel's first money"),
    row("deposit_by_id", "mutual", "deposit_by_id", "`depositById`, the other party's money"),
    row("deposit_first_erc20", "mutual", "deposit_first", "`deposit` of tokens, the channel's first money"),
    row("deposit_by_id_erc20", "mutual", "deposit_by_id", "`depositById` of tokens"),
    row("withdraw", "withdrawn", "withdraw", "`withdraw`, both parties paid"),
    row("snapshot_solo", "snapshotted", "snapshot_solo", "`snapshotSolo`, the first record"),
    row("close_mutual", "mutual", "close_mutual", "`closeMutual`, both parties paid"),
    row("close_solo", "unilateral", "close_solo", "`closeSolo` by a signer, a state of the peer's signature"),
    row(
        "close_solo_as_delegate",
        "delegated",
        "close_solo_as_delegate",
        "`closeSoloAsDelegate`, a state of both signatures",
    ),
    row("consent", "consented", "consent", "`closeSolo` with consent, the second one: both parties paid"),
    row("slash", "counter", "slash", "`slash`, a newer state"),
    row("force_progress_first", "forced", "force_progress_first", "`forceProgress`, the first step of an instance"),
    row("force_progress_next", "stepped", "force_progress_next", "`forceProgress`, the second step"),
    row("evaluate", "evaluated", "evaluate", "`evaluate`, the first touch of an instance"),
    row("settle", "unilateral", "settle", "`settle`, both parties paid"),
    row("settle_erc20", "unilateral", "settle", "`settle` in tokens, both parties paid"),
    row("claim", "credited", "claim", "`claim`, a payee whose code refused the coin"),
    row("revoke_delegations", "delegated", "revoke_delegations", "`revokeDelegations`, for the first time"),
];

/// The steps of the apps, and what they are.
pub(super) const APP_STEPS: &[(&str, &str)] = &[
    ("hash_time_lock_touch", "`HashTimeLock`: the first touch, an evaluation; nothing seen yet"),
    ("preimage_registry_reveal", "`PreimageRegistry.reveal`, a preimage that was never seen"),
    ("preimage_registry_reveal_again", "the same preimage again, which changes nothing"),
    ("hash_time_lock_evaluate", "the evaluation that finds the preimage"),
    ("oracle_escrow_step_first", "`OracleEscrow`: the step with 2 of 3 signatures, as first touch"),
    ("oracle_escrow_touch", "a first touch by evaluation; nothing delivered yet"),
    ("oracle_escrow_step_next", "the step after it"),
    ("signed_feed_step_first", "`SignedFeed`: the step with the reading, as first touch"),
    ("signed_feed_touch", "a first touch by evaluation; nothing due yet"),
    ("signed_feed_step_next", "the step after it"),
    ("tic_tac_toe_step_first", "`TicTacToe`: the first step"),
    ("tic_tac_toe_step_next", "the second one, where the winner-to-be changes"),
    ("tic_tac_toe_step_third", "the third one"),
    ("tic_tac_toe_evaluate", "an evaluation that changes nothing"),
    ("rock_paper_scissors_commit", "`RockPaperScissors`: the first step, a commitment"),
    ("rock_paper_scissors_show", "the second one, a hand"),
    ("rock_paper_scissors_reveal", "the third one, hand and salt"),
];

const fn row(name: &'static str, life: &'static str, step: &'static str, what: &'static str) -> Operation {
    Operation { name, life, step, what }
}
