//! A mistake in a scenario is told with its place, what was found and what would be right.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, path::Path, process::Command};

use adjudicator::abi::CHANNEL_MANAGER;
use simulator::{
    run::{Options, play},
    scenario::{locate, read},
    stage::NoSources,
};

const GOOD: &str = r#"claim = "Nobody answers."

[channel]
window = "1 day"
funding = { alice = "30 ether", bob = "30 ether" }

[states]
r5 = { round = 5, nets = "5 ether" }

[[acts]]
at = "start + 1 day"
by = "bob"
call.close_solo = { state = "r5" }

[[acts]]
at = "final"
by = "alice"
call.settle = {}

[end]
payouts = { alice = "25 ether", bob = "35 ether" }
"#;

/// What is said of the good scenario with `found` instead of `right`.
fn said(right: &str, found: &str) -> String {
    assert_eq!(GOOD.matches(right).count(), 1, "{right}");
    said_of(&GOOD.replace(right, found))
}

/// What is said of a scenario.
fn said_of(text: &str) -> String {
    let scenario = match read(text) {
        Ok(scenario) => scenario,
        Err(misread) => return misread.to_string(),
    };
    let code = CHANNEL_MANAGER.creation_code().clone();
    match play(&scenario, &Options { code, with_twin: true, with_traces: false }, &NoSources) {
        Ok(told) => {
            told.failures.iter().map(|it| locate(text, &it.path, &it.what).to_string()).collect::<Vec<_>>().join("\n")
        }
        Err(wrong) => locate(text, &wrong.path, wrong.what).to_string(),
    }
}

#[test]
fn the_good_one_has_none() {
    assert_eq!(said("30 ether\", bob", "30 ether\", bob"), "");
}

#[test]
fn names_that_nobody_has_are_told_with_those_that_there_are() {
    assert_eq!(said("by = \"bob\"", "by = \"rob\""), "12:6: there is no account `rob`: there is `alice`, `bob`");
    assert_eq!(said("state = \"r5\"", "state = \"r6\""), "13:29: there is no state `r6`: there is `r5`");
    assert_eq!(
        said("nets = \"5 ether\"", "nets = \"5 GOLD\""),
        "8:26: there is no unit `GOLD`: there is `ether`, `gwei`, `wei`"
    );
}

#[test]
fn fields_that_there_are_not_are_told_with_those_that_there_are() {
    let misread = said("window =", "windov =");
    assert!(misread.starts_with("4:1: unknown field `windov`, expected one of `parties`"), "{misread}");
    let misread = said("call.settle = {}", "call.setle = {}");
    assert!(misread.starts_with("18:6: unknown variant `setle`, expected one of `deposit`"), "{misread}");
}

#[test]
fn amounts_and_times_are_told_by_example() {
    assert_eq!(
        said("nets = \"5 ether\"", "nets = \"5ether\""),
        "8:26: \"5ether\" is no amount: a number and its unit are expected, as in `1.5 ether`, `20 gwei` or `-300 GOLD`"
    );
    assert_eq!(
        said("\"1 day\"\nfunding", "\"1 dai\"\nfunding"),
        "4:10: \"1 dai\" is no length of time: a length of time is expected, as in `1 day`, `2h 30m` or `90s`"
    );
    let misread = said("\"start + 1 day\"", "\"tomorrow\"");
    assert!(misread.starts_with("11:6: \"tomorrow\" is no moment: `start`, `now`, `E`"), "{misread}");
}

#[test]
fn times_must_grow_and_be_known() {
    assert_eq!(said("\"start + 1 day\"", "\"E - 1s\""), "11:6: nobody is closing the channel, so `E - 1s` is no time");
    let misread = said("\"final\"", "\"now\"");
    assert!(misread.starts_with("16:6: now is 1800086400, and what is before it is of 1800086400"), "{misread}");
}

#[test]
fn what_does_not_come_as_it_is_told_is_told_where_it_is_told() {
    assert_eq!(
        said("bob = \"35 ether\"", "bob = \"36 ether\""),
        "21:39: channel: payouts.bob: 36 ether is expected, and it is 35 ether"
    );
    let found = said("at = \"final\"", "at = \"E - 1s\"");
    assert!(found.contains("alice: settle: it should be accepted, and is refused by NotFinal"), "{found}");
}

#[test]
fn an_error_that_the_contract_has_not_is_no_expectation() {
    assert_eq!(
        said("call.settle = {}", "call.settle = {}\nrefused = \"NotFinall\""),
        "19:11: `NotFinall` is no error of the contract: `IChannelErrors` has them"
    );
}

#[test]
fn what_means_nothing_is_refused() {
    assert_eq!(said("call.settle = {}", "fault.base_fee = \"1 gwei\""), "17:6: `by` means nothing without a `call`");
}

#[test]
fn a_deadline_is_not_compared_with_itself() {
    for (field, deadline) in [
        ("evidence_deadline", "E"),
        ("evidence_deadline", "E + 0s"),
        ("evidence_deadline", "E of channel"),
        ("evidence_deadline", "now + 1h - E of channel"),
        ("final_time", "final"),
        ("final_time", "final of channel + 0s"),
    ] {
        let then = format!("call.settle = {{}}\nthen = {{ {field} = \"{deadline}\" }}");
        let found = said("call.settle = {}", &then);
        assert!(found.ends_with(&format!("`{deadline}` counts from what is looked at: when should it be?")), "{found}");
    }
}

#[test]
fn what_is_said_of_a_call_and_means_nothing_is_refused() {
    let right = "call.close_solo = { state = \"r5\" }";
    let evaluation = "call.evaluate = { state = \"r5\", instance = \"game\", number = 2 }";
    assert_eq!(said(right, evaluation), "13:61: `number` is of a step, and this is none");
    let elsewhere = "call.close_solo = { state = \"r5\", channel = \"hop\" }";
    assert_eq!(said(right, elsewhere), "13:45: the state `r5` is of the channel `channel`");
    let each = "call.multicall.calls = [{ each = { of = \"channel\", from = 0, to = 0, call = { claim = { asset = \"ether\" } } } }]";
    assert!(said(right, each).contains("there are 0 copies"));
}

#[test]
fn what_replaces_must_replace_something() {
    let found = said("call.settle = {}", "call.settle = {}\nreplaces = \"answer\"");
    assert_eq!(found, "19:12: there was no act `answer` before");
}

#[test]
fn there_are_not_more_copies_than_can_be_played() {
    let many = "[channel]\ncopies = 4_294_967_295\nwindow";
    assert_eq!(said("[channel]\nwindow", many), "4:10: that makes 4294967295 of them with their copies: at most 10000");
    let many = "[instances]\none.app.counter = {}\nmore = { copies = 10_000, app.counter = {} }\n\n[states]";
    assert_eq!(said("[states]", many), "8:1: that makes 10001 of them with their copies: at most 10000");
    assert_eq!(said("[channel]\nwindow", "[channel]\ncopies = 0\nwindow"), "4:10: there is at least one of it");
}

#[test]
fn times_that_the_contract_cannot_count_are_refused() {
    let last = "later than the last second that there may be, 1099511627775";
    let found = said("[channel]", "start = 9_223_372_036_854_775_807\n[channel]");
    assert_eq!(found, format!("3:9: 9223372036854775807 is {last}"));
    let found = said("start + 1 day", "18446744073709551615");
    assert_eq!(found, format!("11:6: `18446744073709551615` is no time: 18446744073709551615 is {last}"));
    assert!(said("start + 1 day", "start + 500000000000 years").contains(last));
    assert!(said("\"final\"", "\"final + 1099511627775s\"").contains(last));
    assert_eq!(
        said("1 day\"\nfunding", "1000 years\"\nfunding"),
        "4:10: a window of 31557600000 s is too long: it has at most 4294967295 s"
    );
    let found = said("[channel]", "[deployment]\nmin_window = \"0s\"\n\n[channel]");
    assert!(found.starts_with("3:1: window bounds of 0 to 100000000 seconds: the first must be at least 1"), "{found}");
}

#[test]
fn what_says_nothing_is_no_scenario() {
    let found = said_of("claim = \"Bob steals everything.\"\nacts = []\n");
    assert_eq!(found, "1:1: the scenario has no `channel`, so it shows nothing");
    let end = "\n[end]\npayouts = { alice = \"25 ether\", bob = \"35 ether\" }\n";
    let payouts = "`payouts` of both parties, as in `payouts = { alice = \"38 ether\", bob = \"22 ether\" }`";
    assert_eq!(said(end, ""), format!("3:1: nothing is said of the end of `channel`: `[end]` needs {payouts}"));
    let found = said("payouts = { alice = \"25 ether\", bob = \"35 ether\" }", "status = \"closed\"");
    assert_eq!(found, format!("20:1: an end needs {payouts}"));
    assert_eq!(said("alice = \"25 ether\", bob", "bob"), format!("20:1: an end needs {payouts}"));
    for field in ["payouts", "as_it_stands", "credits", "gains", "steps"] {
        let found = said("call.settle = {}", &format!("call.settle = {{}}\nthen = {{ {field} = {{}} }}"));
        assert!(found.ends_with(&format!("`{field}` says nothing: whose?")), "{found}");
    }
    let found = said("call.settle = {}", "call.settle = {}\nthen = {}");
    assert_eq!(found, "19:8: it says nothing: what should hold?");
}

#[test]
fn another_channel_has_an_end_of_its_own() {
    let two = "[channels]\nhop = { salt = 7 }\n\n[states]\nr5 = { channel = \"channel\", ";
    let found = said("[states]\nr5 = { ", two);
    assert!(
        found.starts_with("3:1: nothing is said of the end of `channel`: `[ends.channel]` needs `payouts`"),
        "{found}"
    );
}

#[test]
fn no_name_stands_for_two_things() {
    let found = said(
        "r5 = { round = 5, nets = \"5 ether\" }",
        "r5 = { round = 5, instances = [\"g\", \"g\"] }\n[instances]\ng.app.counter = {}",
    );
    assert_eq!(found, "8:37: `g` is in the state already");
    let text = GOOD.replace("by =", "name = \"x\"\nby =");
    assert_eq!(said_of(&text), "18:8: there are two acts `x`");
    let text = "claim = 'c'\nacts = []\n[channels.x]\ncopies = 2\n[states]\n\
        r = { round = 4, channel = 'x' }\n'r 0' = { round = 9, channel = 'x 0' }\n[ends.x]\nstatus = 'open'\n";
    assert_eq!(said_of(text), "7:9: there are two states `r 0`: the copies of a state are named with their number");
    let copies = "[instances]\nl = { copies = 2, app.counter = {} }\n\"l 0\" = { app.counter = {} }\n\n[states]";
    assert_eq!(said("[states]", copies), "9:9: a copy of another instance has this name");
}

#[test]
fn no_name_stands_twice_in_json() {
    let text = "{\"claim\": \"c\", \"acts\": [], \"channel\": {},\n\"states\": {\"r5\": {\"round\": 5},\n \"r5\": {\"round\": 6}}}";
    let found = said_of(text);
    assert!(found.starts_with("3:") && found.ends_with("`r5` stands here twice"), "{found}");
    let found = said_of("{\"claim\": \"c\", \"claim\": \"d\", \"acts\": [], \"channel\": {}}");
    assert!(found.ends_with("`claim` stands here twice"), "{found}");
}

#[test]
fn fields_have_names() {
    let found = said("r5 = { round = 5, nets = \"5 ether\" }", "r5 = [5, \"5 ether\"]");
    assert!(found.starts_with("8:6: a list is found, and fields with their names are expected"), "{found}");
    let found = said_of("[\"c\", 1800000000, 1]");
    assert!(!found.is_empty(), "{found}");
    let found = said("call.close_solo = { state = \"r5\" }", "call.deposit = [\"1 ether\"]");
    assert!(found.starts_with("13:16: a list is found"), "{found}");
    for (table, place) in [("[channel]", "3:1: unknown field `acts`"), ("[states]", "3:8: a list is found")] {
        let found = said_of(&format!("claim = \"c\"\n{table}\nacts = []\n"));
        assert!(found.starts_with(place), "{found}");
        assert!(found.ends_with("`acts = []` stands above the first"), "{found}");
    }
}

#[test]
fn an_amount_is_told_where_it_stands_and_not_in_full() {
    let found = said("bob = \"30 ether\" }", "bob = \"30 ethers\" }");
    assert_eq!(found, "5:39: there is no unit `ethers`: there is `ether`, `gwei`, `wei`");
    let found = said("nets = \"5 ether\"", &format!("nets = \"{} ether\"", "9".repeat(1_000_000)));
    assert!(found.starts_with("8:26: \"999") && found.len() < 400, "{} characters", found.len());
    let found = said("[channel]", "[tokens]\nGOLD = { decimals = 255 }\n\n[channel]");
    assert_eq!(found, "4:21: a token has at most 36 digits behind the point, and not 255");
}

#[test]
fn names_have_no_characters_that_nobody_sees() {
    let found = said("r5 = { round", "\"r5\\u001b[2J\" = { round");
    assert!(found.starts_with("8:1: \"r5\\u{1b}[2J\" is no name"), "{found}");
}

/// The exit code of a run of these files, and what it prints.
fn run(files: &[&Path]) -> (Option<i32>, String) {
    let run = Command::new(env!("CARGO_BIN_EXE_simulator")).arg("run").args(files).output().unwrap();
    (run.status.code(), String::from_utf8(run.stdout).unwrap())
}

#[test]
fn a_file_that_is_no_text_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.toml"), b"claim = \"c\"\n\xff = 1\n").unwrap();
    fs::write(folder.path().join("b.toml"), format!("\u{feff}{GOOD}")).unwrap();
    fs::write(folder.path().join("c.json"), "[{\"claim\": \"c\"}]").unwrap();
    fs::write(folder.path().join("d.json"), "\u{feff}{\"claim\": 5}").unwrap();
    fs::write(folder.path().join("e.toml"), vec![b'#'; 11 << 20]).unwrap();
    fs::create_dir(folder.path().join("f.toml")).unwrap();
    let (code, said) = run(&[folder.path()]);
    assert_eq!(code, Some(2), "{said}");
    for told in [
        "a.toml:2:1: the byte 0xff is no text: UTF-8 is expected",
        "b.toml\nNobody answers.",
        "c.json:1:",
        "d.json:1:",
        "is too long: at most 10485760 bytes are read",
        "f.toml is no regular file",
        "5 of 6 scenarios do not come as they say",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(said.contains("a list is found, and fields with their names are expected"), "{said}");
}

#[test]
fn only_what_lies_beside_a_scenario_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let within = folder.path().join("scenarios");
    fs::create_dir(&within).unwrap();
    fs::write(folder.path().join("secret.json"), "{}").unwrap();
    fs::write(within.join("own.json"), "{}").unwrap();
    let (file, told_by_file) = (
        within.join("a.toml"),
        [
            ("/dev/zero", "/dev/zero does not lie beside the scenario"),
            ("../secret.json", "../secret.json does not lie beside the scenario"),
            ("none.json", "cannot open none.json"),
            (".", "is no regular file"),
            ("own.json", "own.json: it is no artifact of a compiler"),
        ],
    );
    for (named, told) in told_by_file {
        let artifact = format!("[instances]\ng.app.artifact = {{ file = \"{named}\", state = \"0x\" }}\n\n[states]");
        fs::write(&file, GOOD.replace("[states]", &artifact)).unwrap();
        let (code, said) = run(&[&file]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("a.toml:8:27: ") && said.contains(told), "{said}");
    }
}

#[test]
fn a_terminal_is_told_nothing_that_it_would_obey() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.toml");
    let text = GOOD.replace("Nobody answers.", "\\u001b[2J\\u0007Two\\nlines.").replace("5 ether\", b", "6 ether\", b");
    fs::write(&file, text).unwrap();
    let (_, said) = run(&[&file]);
    assert!(said.contains("\\u{1b}[2J\\u{7}Two\nlines."), "{said}");
    assert!(!said.contains(|sign: char| sign.is_control() && sign != '\n'), "{said:?}");
    fs::write(&file, GOOD.replace("by = \"bob\"", "by = \"b\\u001bob\"")).unwrap();
    let (_, said) = run(&[&file]);
    assert!(said.contains("there is no account `b\\u{1b}ob`"), "{said}");
}
