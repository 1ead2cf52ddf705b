//! The page needs nothing but itself.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Browsers that can be asked without a window.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// All scenarios, and one that cannot be read.
static ALL: LazyLock<String> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let unreadable = folder.path().join("unreadable.toml");
    fs::write(&unreadable, "claim = \"It has a mistake.\"\nactz = []\n").unwrap();
    page(&[scenarios(), unreadable], 2)
});

fn scenarios() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/scenarios")
}

/// The page of these files, which end with this code.
fn page(files: &[PathBuf], code: i32) -> String {
    let folder = tempfile::tempdir().unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_simulator"))
        .args(["run", "--quiet", "--report", "page.html"])
        .args(files)
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(code), "{run:?}");
    fs::read_to_string(folder.path().join("page.html")).unwrap()
}

fn page_of(name: &str) -> String {
    page(&[scenarios().join(format!("{name}.toml"))], 0)
}

/// The page of a scenario that is told here.
fn page_of_text(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("told.toml");
    fs::write(&file, text).unwrap();
    page(&[file], 0)
}

/// The drawing alone.
fn drawing(page: &str) -> &str {
    &page[page.find("<svg").unwrap()..page.rfind("</svg>").unwrap()]
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    for forbidden in ["<script", " src=", "@import", "url(", "http:", "https:", "onload", "<iframe", "<object"] {
        assert!(!ALL.contains(forbidden), "{forbidden}");
    }
    let targets = ALL.match_indices("href=\"").map(|(at, found)| &ALL[at + found.len()..]);
    for target in targets {
        assert!(target.starts_with('#') || target.starts_with("data:"), "{}", &target[..40]);
    }
}

#[test]
fn it_shows_who_gets_what_the_time_left_and_the_scenario() {
    let page = page_of("stale-close");
    for shown in [
        "Bob closes on an old state.",
        "<td class=\"paid\">38 ether</td><td><span class=\"profit\">+8 ether</span></td>",
        "<p class=\"big\">1 h</p><p>before the evidence deadline E</p><p>at alice's slash r8</p>",
        "call.slash = { state = &quot;r8&quot; }",
        "<svg",
        "RoundStale",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}

#[test]
fn the_time_left_is_that_of_the_channel_that_had_least() {
    let page = page_of("hub-collects-what-is-revealed-in-the-last-second");
    let expected = "<p class=\"big\">1 s</p><p>before the final time in inbound</p>";
    assert!(page.contains(expected), "{expected}");
}

#[test]
fn what_cannot_be_read_is_a_chapter_with_its_mistake() {
    for shown in
        ["It cannot be read. Line 2, column 1: unknown field `actz`", "actz = []\n</pre>", "unreadable.toml</a>"]
    {
        assert!(ALL.contains(shown), "{shown}");
    }
}

#[test]
fn each_asset_has_its_balances() {
    let page = page_of("two-assets-are-exchanged-in-one-state");
    for shown in
        ["in ether</text>", "in GOLD</text>", "<title>alice: 27 ether</title>", "<title>alice: 700 GOLD</title>"]
    {
        assert!(drawing(&page).contains(shown), "{shown}");
    }
}

#[test]
fn what_may_be_claimed_is_the_creditors() {
    let page = page_of_text(
        r#"
        claim = "The vault that Alice is paid to refuses, and may claim."
        [accounts.vault]
        payee = "reverting"
        [channel]
        payees = { alice = "vault" }
        funding = { alice = "30 ether", bob = "20 ether" }
        [[acts]]
        at = "start + 1 day"
        by = "alice"
        call.close_solo = {}
        [[acts]]
        at = "final"
        by = "bob"
        call.settle = {}
        [end]
        payouts = { alice = "30 ether", bob = "20 ether" }
        "#,
    );
    assert!(page.contains("<h3>May be claimed</h3><table><tr><th>vault</th><td>30 ether</td></tr></table>"), "{page}");
}

#[test]
fn a_window_that_was_taken_back_is_not_drawn() {
    let page = page_of_text(
        r#"
        claim = "The close is taken back and lost, and nothing is mined again."
        [channel]
        window = "1 day"
        funding = { alice = "30 ether", bob = "20 ether" }
        [[acts]]
        at = "start + 1 day"
        name = "close"
        by = "alice"
        call.close_solo = {}
        [[acts]]
        at = "now + 12s"
        fault.reorg = { depth = 1, lost = ["close"] }
        [[acts]]
        at = "now + 1h"
        by = "bob"
        call.deposit = { amount = "1 ether" }
        [end]
        payouts = { alice = "0 ether", bob = "0 ether" }
        "#,
    );
    assert!(!drawing(&page).contains("class=\"evidence\""));
    assert!(!drawing(&page).contains("day 2 00:00:00"));
    assert!(!page.contains("before E</span>"), "the deposit is before no deadline");
    assert_eq!(page.matches("open on round 0, with 50 ether").count(), 2, "also behind the reorg");
}

#[test]
fn a_thousand_channels_are_told_as_few() {
    let page = page_of("mass-exit-is-answered-in-batches");
    assert!(page.contains("exit 0 ... settled (997 channels) are closed, each"), "the endings");
    assert!(drawing(&page).matches("<rect class=\"evidence\"").count() < 8, "the windows");
    assert!(drawing(&page).matches("<text").count() < 300, "the drawing");
}

/// What a browser makes of a page.
struct Seen {
    /// What it says on its console.
    said: Vec<String>,
    /// Who asks for something over the network: the browser itself is no origin.
    asking: Vec<String>,
    /// The page as it is then.
    page: String,
}

/// Shows a page to a browser, if there is one. It finds nobody on the network.
fn seen(page: &str) -> Option<Seen> {
    let Some(browser) = BROWSERS.iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
        eprintln!("skipped: there is no Chromium");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let [file, log] = ["page.html", "network.json"].map(|name| folder.path().join(name));
    fs::write(&file, page).unwrap();
    let run = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--v=0", "--dump-dom"])
        .args(["--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND"])
        .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
        .arg(format!("--log-net-log={}", log.display()))
        .arg(format!("file://{}", file.display()))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    let log = fs::read_to_string(log).unwrap();
    let asking = log.split("\"initiator\":\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    Some(Seen {
        said: said.lines().filter(|line| line.contains("CONSOLE")).map(str::to_owned).collect(),
        asking: asking.filter(|origin| origin != "not an origin").collect(),
        page: String::from_utf8_lossy(&run.stdout).into_owned(),
    })
}

#[test]
fn a_browser_has_nothing_to_say_about_it() {
    let Some(seen) = seen(&ALL) else { return };
    assert_eq!(seen.said, [""; 0]);
    assert_eq!(seen.asking, [""; 0]);
    let chapters = fs::read_dir(scenarios()).unwrap().count() + 1;
    assert_eq!(seen.page.matches("<article").count(), chapters, "all of it is there");
    assert!(seen.page.contains("</footer>"));
}

#[test]
fn a_browser_would_say_what_is_fetched_and_what_is_wrong() {
    let Some(fetching) = seen("<img src=\"https://recourse.invalid/picture.png\">") else { return };
    assert_eq!(fetching.asking.len(), 1);
    let wrong = seen("<script>console.warn('this is wrong')</script>").unwrap();
    assert!(wrong.said.iter().any(|line| line.contains("this is wrong")), "{:?}", wrong.said);
}
