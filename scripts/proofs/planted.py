"""Bugs that ./scripts/prove --self-test plants, at least one for each claim: the claim's proof must find it."""

from dataclasses import dataclass


@dataclass
class Bug:
    contract: str
    proof: str
    what: str
    file: str
    find: str
    replace: str


MANAGER = "ChannelManager.sol"
PAYOUT, WINDOW, SIGNATURES = "libraries/Payout.sol", "libraries/Window.sol", "libraries/Signatures.sol"
RECORD, FUNDS, TALLY = "types/Record.sol", "types/Funds.sol", "types/Tally.sol"

# The escrow is gone, as if the channel had been closed.
BURN = """
        channels[channelIdOf(terms)].record = Record.wrap(0);
        FundsStorage.at(channelIdOf(terms), terms.asset(0)).funds = FundsLibrary.DEAD;"""
HAND_IN = "(bytes calldata terms, bytes calldata evidence) external unlocked {\n        _handIn(terms, evidence);"
REVOKE = "uint256 epoch = ++channels[channelId].epochs[party];"
DEPOSITED = "(funds, balance) = funds.credited(party, amount);"

BUGS = [
    Bug("PayoutProof", "check_ThePayoutsAreTheEscrow", "a payout may be more than the escrow", PAYOUT,
        "if (net < -balance1) net = -balance1;", ""),
    Bug("PayoutProof", "check_EachIsPaidItsShareUnlessThereIsLess", "the last unit cannot be owed", PAYOUT,
        "if (net > balance0) net = balance0;", "if (net >= balance0) net = balance0 - 1;"),
    Bug("PayoutProof", "check_ADepositLowersNobodysPayout", "a deposit overwrites the balance", FUNDS,
        "balance = int112(uint112(Funds.unwrap(self) >> shift)) + int256(amount);", "balance = int256(amount);"),
    Bug("PayoutProof", "check_AGreaterNetNeverPaysParty0More", "the net moves money the wrong way", PAYOUT,
        "uint256(balance0 - net), uint256(balance1 + net)", "uint256(balance1 + net), uint256(balance0 - net)"),
    Bug("PayoutProof", "check_ADeltaIsTheNearestWithinTheStakes", "a delta is clamped to the other's stake", PAYOUT,
        "if (delta > int256(stake0)) return int256(stake0);", "if (delta > int256(stake0)) return int256(stake1);"),
    Bug("PayoutProof", "check_TheBountyIsHalvedWithinTheShare", "the bounty may be more than the share", PAYOUT,
        "bounty_ < share ? bounty_ : share", "bounty_ > share ? bounty_ : share"),
    Bug("WindowProof", "check_ClosingGivesAFullWindow", "closing gives a second too few", WINDOW,
        "deadline = block.timestamp + window;", "deadline = block.timestamp + window - 1;"),
    Bug("WindowProof", "check_NoDeadlineIsCutByItsField", "the first deadline beyond the field is taken", WINDOW,
        "if (deadline > MAX_TIME)", "if (deadline > MAX_TIME + 1)"),
    Bug("WindowProof", "check_ATouchNeverBringsTheDeadlineForward", "a touch before E counts from the touch", WINDOW,
        "return max(max(progress.lastTouch(), evidence), matures) + window;",
        "return max(progress.lastTouch(), matures) + window;"),
    Bug("WindowProof", "check_ATouchNeverBringsTheFinalTimeForward", "the last touch counts, not the latest", TALLY,
        "if (touch > floor && touch > self.latestTouch())", "if (touch > floor)"),
    Bug("WindowProof", "check_TheFinalTimeIsNoEarlierThanAnInstancesDeadline", "an early maturity is forgotten", TALLY,
        "if (matures_ > floor && matures_ > self.matures())", "if (touch > floor && matures_ > self.matures())"),
    Bug("WindowProof", "check_TheFinalTimeIsTheLatestOfItsTerms", "the final time forgets E", WINDOW,
        "return max(max(tally.latestTouch(), evidence), tally.matures()) + window;",
        "return max(tally.latestTouch(), tally.matures()) + window;"),
    Bug("WindowProof", "check_EvidenceAndSettlementNeverOverlap", "evidence is taken at E", WINDOW,
        "if (block.timestamp >= deadline) revert IChannelErrors.EvidenceOver",
        "if (block.timestamp > deadline) revert IChannelErrors.EvidenceOver"),
    Bug("WindowProof", "check_ATouchIsOverBeforeSettlement", "an instance is touched at its deadline", WINDOW,
        "if (block.timestamp >= deadline) revert IChannelErrors.InstanceOver",
        "if (block.timestamp > deadline) revert IChannelErrors.InstanceOver"),
    Bug("WordsProof", "check_RecordTakesAState", "another state keeps the consents", RECORD,
        "Record.unwrap(self) & (MAX_TIME << DEADLINE_SHIFT)",
        "Record.unwrap(self) & (MAX_TIME << DEADLINE_SHIFT | CONSENTS)"),
    Bug("WordsProof", "check_RecordTakesADeadline", "the deadline reaches into the round", RECORD,
        "DEADLINE_SHIFT = 31;", "DEADLINE_SHIFT = 30;"),
    Bug("WordsProof", "check_RecordTakesConsents", "consents replace each other", RECORD,
        "Record.unwrap(self) | consents_", "Record.unwrap(self) & ~CONSENTS | consents_"),
    Bug("WordsProof", "check_FundsTakeBalances", "a negative balance reaches into the other", FUNDS,
        "uint256(uint112(uint256(balance0))) << BALANCE_0_SHIFT", "uint256(balance0) << BALANCE_0_SHIFT"),
    Bug("WordsProof", "check_FundsTakeADeposit", "a deposit overwrites the balance", FUNDS,
        "balance = int112(uint112(Funds.unwrap(self) >> shift)) + int256(amount);", "balance = int256(amount);"),
    Bug("WordsProof", "check_FundsCountAWithdrawal", "a withdrawal does not mark the asset", FUNDS,
        "(Funds.unwrap(self) | VALIDATED) + (1 << SERIAL_SHIFT)", "Funds.unwrap(self) + (1 << SERIAL_SHIFT)"),
    Bug("WordsProof", "check_PayoutsRoundTrip", "the payouts touch each other", "types/Payouts.sol",
        "PAYOUT_0_SHIFT = 112;", "PAYOUT_0_SHIFT = 111;"),
    Bug("WordsProof", "check_ProgressRoundTrips", "the steps reach into the time", "types/Progress.sol",
        "STEPS_SHIFT = 40;", "STEPS_SHIFT = 39;"),
    Bug("WordsProof", "check_TallyTakesTimes", "the later of two touches is not kept", TALLY,
        "touch > floor && touch > self.latestTouch()", "touch > floor && touch < self.latestTouch()"),
    Bug("WordsProof", "check_TallyTakesADelta", "a seat keeps the last delta's bits", TALLY,
        "(Tally.unwrap(self) & ~SEAT_MASK) | seat", "Tally.unwrap(self) | seat"),
    Bug("WordsProof", "check_BountyRoundTrips", "the round reaches into the closer", "types/Bounty.sol",
        "ROUND_SHIFT = 161;", "ROUND_SHIFT = 160;"),
    Bug("SignaturesProof", "check_BothAgreed", "the second signature is not checked if it is compact", SIGNATURES,
        "requireOne(digest, terms.signer(1), second);",
        "if (second.length == FULL) requireOne(digest, terms.signer(1), second);"),
    Bug("SignaturesProof", "check_BothAgreed", "who sends may sign, too", SIGNATURES,
        "uint256 other = 1 ^ partyOf(terms, msg.sender);", "uint256 other = partyOf(terms, msg.sender);"),
    Bug("SignaturesProof", "check_BothAgreed", "a high s is taken", SIGNATURES,
        "if (uint256(s) > MAX_S) revert IChannelErrors.SignatureMalleable(s);", ""),
    Bug("EvidenceProof", "check_SnapshotSolo", "a lower round replaces the recorded one", MANAGER,
        "if (round < recorded) revert RoundStale(recorded, round);", ""),
    Bug("EvidenceProof", "check_SnapshotSolo", "another state of the round replaces the recorded one", MANAGER,
        "revert StateConflicting(recorded, record.stateHash(), bytes24(stateHash));", ""),
    Bug("EvidenceProof", "check_SnapshotSolo", "a snapshot closes the channel, and pays nobody", MANAGER,
        "function snapshotSolo" + HAND_IN, "function snapshotSolo" + HAND_IN + BURN),
    Bug("EvidenceProof", "check_SnapshotSolo", "a snapshot pays the manager's coins out", MANAGER,
        "function snapshotSolo" + HAND_IN,
        "function snapshotSolo" + HAND_IN + "\n        TokenTransfer.pushNative(address(0xA1), 1);"),
    Bug("EvidenceProof", "check_Slash", "a slash closes the channel, and pays nobody", MANAGER,
        "function slash" + HAND_IN, "function slash" + HAND_IN + BURN),
    Bug("EvidenceProof", "check_Slash", "a newer state is taken after E", MANAGER,
        "        Window.requireEvidence(record);\n        if (round > MAX_ROUND)", "        if (round > MAX_ROUND)"),
    Bug("EvidenceProof", "check_RevokeDelegations", "revoking forgets the record", MANAGER,
        REVOKE, REVOKE + "\n        channels[channelId].record = Record.wrap(0);"),
    Bug("EvidenceProof", "check_RevokeDelegations", "revoking closes the channel, and pays nobody", MANAGER,
        REVOKE, REVOKE + BURN),
    Bug("EvidenceProof", "check_DepositById", "a deposit may be more than the greatest balance", MANAGER,
        "if (balance > int256(MAX_AMOUNT)) revert AmountOutOfRange(MAX_AMOUNT, uint256(balance));", ""),
    Bug("EvidenceProof", "check_DepositById", "the other party is credited", MANAGER,
        DEPOSITED, DEPOSITED.replace("party", "1 - party")),
    Bug("EvidenceProof", "check_DepositById", "a deposit counts as a withdrawal", MANAGER,
        "        place.funds = funds;\n", "        place.funds = funds.withNextSerial();\n"),
    Bug("EvidenceProof", "check_DepositById", "a deposit may come with more coins than it credits", MANAGER,
        "if (msg.value != amount) revert", "if (msg.value < amount) revert"),
    Bug("EvidenceProof", "check_DepositById", "a deposit records another round", MANAGER,
        DEPOSITED, DEPOSITED + "\n        Record record = channels[channelId].record;"
        "\n        if (Record.unwrap(record) == 0) channels[channelId].record = record.withState(1, 0);"),
    Bug("CloseProof", "check_CloseSoloWithNothing", "closing again moves E", MANAGER,
        "if (!previous.isClosing()) record = record.withDeadline", "record = record.withDeadline"),
    Bug("CloseProof", "check_CloseSoloWithASignedState", "a newer state is taken after E", MANAGER,
        "        Window.requireEvidence(record);\n        if (round > MAX_ROUND)", "        if (round > MAX_ROUND)"),
    Bug("PaymentProof", "check_SettleOnRoundZero", "party 1 is not paid", MANAGER,
        "_push(asset, terms.payee(1), payouts.payout1());", ""),
    Bug("PaymentProof", "check_Deposit", "a first deposit begins anew each time", MANAGER,
        "if (!funds.isValidated()) {\n            TermsRules", "{\n            TermsRules"),
    Bug("PaymentProof", "check_Deposit", "the other party is credited", MANAGER,
        DEPOSITED, DEPOSITED.replace("party", "1 - party")),
    Bug("PaymentProof", "check_Deposit", "what was asked for is credited, not what arrived",
        "libraries/TokenTransfer.sol", "received = afterwards - before;", "received = amount;"),
]
