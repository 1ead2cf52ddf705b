use std::{cmp::Reverse, fmt};

use super::Key;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// To be known; nothing is wrong.
    Notice,
    /// Money may be lost if something else goes wrong, too.
    Warning,
    /// Money can be lost, or what was to be signed is worth nothing. It is not signed.
    Error,
}

/// What was found of evidence, or of what is to be signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule is broken.
    pub code: Code,
    /// What was found, with its values and their limits.
    pub found: String,
    /// The items that show it.
    pub proof: Vec<Key>,
}

impl Finding {
    /// How much it matters.
    #[must_use]
    pub const fn severity(&self) -> Severity {
        self.code.severity()
    }
}

/// Findings each once, in the order in which they matter.
pub(crate) fn gravest_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (Reverse(finding.severity()), finding.code));
    findings.dedup();
    findings
}

/// A sentence for people: what was found, then what would be right.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}; right would be: {}", self.code.id(), self.found, self.code.right())
    }
}

/// Declares the codes: for each its number, how much it matters, and what would be right.
macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal $severity:ident $right:literal;)*) => {
        /// Which rule is broken. `docs/FINDINGS.md` lists them; a code keeps its meaning for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $($(#[doc = $doc])* $name,)*
        }

        impl Code {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// As it is written, such as `E012`.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// How much it matters.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What it means.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*).trim_ascii(),)* }
            }

            /// What would be right.
            #[must_use]
            pub const fn right(self) -> &'static str {
                match self { $(Self::$name => $right,)* }
            }
        }
    };
}

codes! {
    /// A signature is not that of the party in whose place it stands.
    SignatureBad = "E001" Error "the party's own signature, which it must give again";
    /// The newest state has the signature of one party alone.
    SignatureMissing = "E002" Notice "both signatures, before the state is counted on";
    /// The evidence, or a signature, is for another chain.
    OtherChain = "E003" Error "evidence and signatures for the chain of the contract";
    /// The evidence, or a signature, is for another contract.
    OtherContract = "E004" Error "evidence and signatures for the contract that holds the money";
    /// A signature is for another channel.
    OtherChannel = "E005" Error "a signature for this channel";
    /// A party has signed two states of one round.
    Equivocation = "E006" Error "one state per round; sign nothing more in this channel but a way out of it";
    /// A mover has signed two steps of one number at one position.
    StepEquivocation = "E007" Error "one step per number on one base";
    /// An oracle or a station has signed that no app state here names.
    OutsiderUnknown = "E008" Warning "a message of an oracle or a station that an instance here names";
    /// A message, or an instance, is not for as many assets as the terms have.
    AssetCount = "E009" Error "one entry per asset of the terms";

    /// The party has already signed another state of this round.
    SecondStateOfRound = "E010" Error "the next round of this party: party 0 proposes odd rounds, party 1 even ones";
    /// The state is not newer than what the chain has recorded.
    NotAboveRecorded = "E011" Error "a round above the recorded one";
    /// The state is not newer than the newest that both have signed.
    NotAboveNewest = "E012" Warning "a round above the newest that both have signed";
    /// Under a bounty, the round is ahead of the newest that both have signed by the stale margin or more.
    JumpUnderBounty = "E013" Error "a round less than the stale margin above the newest that both have signed";
    /// The round is far ahead, or near the greatest that can be recorded.
    JumpTooFar = "E014" Error "one of the next rounds: there are no others when the greatest is used up";
    /// The chain has recorded a state that is not held.
    RecordedNotHeld = "E015" Error "the recorded state with its instances: ask the peer, a tower, or the transaction that recorded it";
    /// The chain has recorded another state of a round than the one that is held.
    RecordedDiffers = "E016" Error "the same state on the chain as here: whoever signed both has equivocated";
    /// The channel is closed.
    ChannelClosed = "E017" Error "another channel, with another salt";
    /// The evidence deadline is over: no newer state is taken any more.
    EvidenceOver = "E018" Error "to go on with the recorded state, and to settle";
    /// A window that begins now ends later than the contract can store.
    TimeUnstorable = "E019" Error "a window that ends before the year 2242";

    /// The party has signed a close that may still be used.
    AfterClose = "E020" Error "to wait until the close is used, void, or over in a final block";
    /// A close and a state have the same round.
    CloseSharesRound = "E021" Error "a round for the close alone";
    /// The party has signed another close, which may still be used and pays otherwise.
    SecondClose = "E022" Error "the same nets, or to wait until the first close is over in a final block";
    /// The close is not newer than what is recorded, or than a state that the party has signed.
    CloseStale = "E023" Error "a round above the recorded one and above every state that this party has signed";
    /// The message cannot be used any more.
    Expired = "E024" Error "a time that is still to come";
    /// The message may be used for very long.
    ValidTooLong = "E025" Error "a time that ends soon: until then its money is bound";
    /// The withdrawal has the serial of one that was made.
    SerialUsed = "E026" Error "the number of withdrawals made so far";
    /// The withdrawal pays the contract itself.
    RecipientIsManager = "E027" Error "an account that can have the money";

    /// A party has less than its stakes, by the money in final blocks less every withdrawal that may still be made.
    Insolvent = "E030" Error "at least the party's stakes in each asset, or the winner gets nothing";
    /// Each instance alone is covered, but several count on the same coins.
    SameCoinsStaked = "E031" Error "at least the sum of the party's stakes in each asset";
    /// The state counts on a deposit that is not in a final block yet.
    Unconfirmed = "E032" Error "to wait until the deposit is final";
    /// A party has less than the bounty after its stakes.
    BountyUncovered = "E033" Error "the bounty left to each party beyond its stakes, or a stale close costs it nothing";
    /// The withdrawal leaves a state uncovered that may still be shown.
    WithdrawUncovered = "E034" Error "to take out no more than every outstanding state leaves free";

    /// The instances under the root are not held.
    TreeNotHeld = "E040" Error "all instances of the state, in the order of their leaves";
    /// The app state of an instance is not held.
    AppStateNotHeld = "E041" Error "the app state of each instance: it cannot be touched without";
    /// Two instances have the same id.
    IdTwice = "E042" Error "an id of its own for each instance";
    /// Steps or evaluations stand on the recorded state, and this one would void them.
    TouchedNotCarried = "E043" Error "each touched instance carried on where it is on the chain, or named as resolved";
    /// An instance is resolved for less than what the chain has as its outcome.
    ResolvedShort = "E044" Warning "nets that move by at least the outcome on the chain";
    /// The code of the app is not accepted.
    AppNotAccepted = "E045" Error "an app by the hash of code that was looked at";
    /// The app refuses its own app state.
    AppStateRefused = "E046" Error "an app state that the app can read, or no touch ever succeeds";
    /// The instance allows fewer steps than its longest play has.
    StepsShort = "E047" Error "as many steps as the longest play, or a won game is lost";
    /// The instance allows more steps than the policy.
    StepsMany = "E048" Error "fewer steps: each may cost a window";
    /// The instance matures before its outcome is decided.
    MaturesShort = "E049" Error "a maturity that covers the lock or the insured time";
    /// The instance matures very late.
    MaturesFar = "E050" Error "an earlier maturity: one touch holds the whole escrow until then";
    /// The escrow can be locked up for longer than the policy allows.
    LockUpLong = "E051" Error "a shorter window, fewer steps or an earlier maturity";
    /// How long a dispute can lock up the whole escrow.
    LockUp = "E052" Notice "to sign only what one can bear to wait for";
    /// The app gets less gas than it needs.
    AppGasShort = "E053" Error "the gas that the app needs at worst, or no touch succeeds";
    /// A touch needs more gas than a transaction may have, with a margin for repricing.
    AppGasMuch = "E054" Error "less gas for the app";
    /// The instances are more than a dispute can touch in its share of the blocks of a window.
    DisputeTooLarge = "E055" Error "fewer instances, less gas, or a longer window";
    /// An instance is worth less than its touch at stress prices.
    NotWorthTouching = "E056" Error "stakes above the cost of a touch, or the peer takes them for nothing";
    /// An asset has no price, so nobody knows whether a touch is worth it.
    PriceUnknown = "E057" Warning "a price for the asset in the policy";
    /// A contract that an app asks is not accepted.
    OutsideNotAccepted = "E058" Error "a registry or an oracle by the hash of code that was looked at, and nobody owns";
    /// An outcome is above the stakes, and so is not paid in full.
    OutcomeAboveStakes = "E059" Warning "stakes that cover every outcome";

    /// The step reveals a secret, and a newer state that this party has signed is outstanding.
    RevealEarly = "E060" Error "to reveal after the evidence deadline, or once the newer state is recorded";
    /// The state or the instance that a step is made on is not held.
    BaseNotHeld = "E061" Error "the state, its instances, and both signatures";
    /// The step is not the next one, or not of the position that the instance is in.
    StepMisplaced = "E062" Error "the number and the app state that follow what is on the chain";
    /// The rules of the app do not allow the step.
    StepRefused = "E063" Error "an action that the app allows this mover here";
    /// The party has already signed another step of this number here.
    SecondStep = "E064" Error "the step that was signed";
    /// All steps of the instance are made.
    StepsExhausted = "E065" Error "an evaluation: there are no more steps on this base";
    /// Nobody has looked whether the app is where the instance says.
    AppUnseen = "E066" Warning "the app's code in the view: without code there, no touch succeeds";

    /// The delegate may close on an older round than the newest that both have signed.
    DelegationStale = "E070" Error "at least the newest round that both have signed";
    /// The delegation is of another epoch than the party's.
    DelegationVoid = "E071" Error "the party's epoch on the chain";
    /// The message is in the other party's name.
    NotOwn = "E072" Error "a message in the signing party's own name";
    /// The close relies on the recorded state and does not name it.
    CloseNamesNoRound = "E073" Error "the recorded state itself: a reorganisation may take the snapshot away";
    /// The close shows an older state than the newest that both have signed.
    CloseBelowNewest = "E074" Error "the newest state that both have signed";

    /// The window is shorter than congestion and outages may last.
    WindowShort = "E080" Error "a longer window";
    /// The contract does not take the window.
    WindowOutOfBounds = "E081" Error "a window within the bounds of the deployment";
    /// The payee is the contract itself.
    PayeeIsManager = "E082" Error "an account that can have the money";
    /// The payee has code of which nobody knows whether it can receive.
    PayeeHasCode = "E083" Warning "a payee without code, or with code that was looked at";
    /// The token is known to be awkward.
    TokenAwkward = "E084" Error "a token that neither rebases nor charges the sender";
    /// The signer has code, which others might make act as the signer.
    SignerHasCode = "E085" Error "a signer without code, or with code that was looked at";

    /// The transaction does not go to the contract of its channel.
    BundleMisdirected = "E090" Error "the contract that the channel is in";
    /// The contract has other code than that for which the bundle was built, or nobody has looked.
    BundleCode = "E091" Error "the code of a ChannelManager, looked at, and the same as when the bundle was built";
    /// The calldata is no operation, or not in the one form in which it is written.
    CalldataUnreadable = "E092" Error "an operation, in the bytes that its arguments are encoded to";
    /// The calldata is of another operation than the bundle says.
    OperationOther = "E093" Error "the name of the operation that the contract would do";
    /// The calldata is for another channel than the bundle says.
    CalldataOtherChannel = "E094" Error "the terms of the channel, or its id";
    /// Another amount of the native coin comes along than the operation takes.
    ValueOther = "E095" Error "what a deposit of the native coin says, and nothing otherwise";
    /// The sender is not the party that the bundle says.
    SenderOther = "E096" Error "the party whose signer sends it, or none";
    /// The evidence is not what the calldata shows.
    EvidenceOther = "E097" Error "the messages that are in the calldata, with their signatures";
    /// A hash, or a signature that is wanted, is not that of a message in the calldata.
    HashOther = "E098" Error "the hashes of the messages in the calldata: do not sign these";
    /// The contract would refuse the transaction.
    Refused = "E099" Error "a transaction that the contract takes: build it again";
    /// The transaction comes to something else than the bundle says.
    OutcomeOther = "E100" Error "what comes of it as the channel is now: build it again, and decide again";
    /// The transaction is too late.
    DeadlineOver = "E101" Error "a transaction that can still be mined in time";
    /// The contract would take the transaction for less long than the bundle says.
    DeadlineLate = "E102" Error "the last second at which the contract takes it";
    /// The gas is less than it needs, or more than a transaction may have.
    GasWrong = "E103" Error "a limit above the expected gas, and within that of a transaction";
    /// The bundle was built as of a block that this view does not know of.
    BundleAhead = "E104" Error "a view that is at least as new as the bundle";
    /// A signature is still to be given before it can be sent.
    BundleUnsigned = "E105" Notice "that signature, once what it is for was judged";
}
