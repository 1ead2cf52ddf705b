"""Runs forge in a copy of the project, in which contracts may be broken on purpose."""

import os
import re
import shutil
import subprocess
import sys


class Project:
    """A project of its own, with its own compiler cache, that shares nothing but the toolchain."""

    def __init__(self, root, folder):
        self.root, self.folder = root, folder

    def prepare(self):
        shutil.rmtree(self.folder / "contracts", ignore_errors=True)
        shutil.copytree(self.root / "contracts", self.folder / "contracts")
        (self.folder / "scripts").mkdir(exist_ok=True)
        for name in ("foundry.toml", "scripts/forge", "scripts/solc"):
            shutil.copy2(self.root / name, self.folder / name)
        if not (self.folder / "node_modules").exists():
            (self.folder / "node_modules").symlink_to(self.root / "node_modules")

    def test(self, *options):
        """Runs tests; returns whether any ran at all, those that failed and why, and the output."""
        environment = {**os.environ, "FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0", "FOUNDRY_DENY": "never", "NO_COLOR": "1"}
        environment.pop("FOUNDRY_PROFILE", None)
        command = ["scripts/forge", "test", *options]
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True)
        output = done.stdout + done.stderr
        ran = re.search(r"\d+ total tests\)", output) is not None
        shutil.rmtree(self.folder / "target" / "forge" / "invariant", ignore_errors=True)
        failed = failures(done.stdout)
        if ran and bool(failed) != (done.returncode != 0):
            sys.exit(f"what forge says is not understood:\n{output[-4000:]}")
        return ran, failed, output


def failures(output):
    """The test and why, for each that failed."""
    found, contract, reason = [], "", ""
    for line in output.splitlines():
        if line.startswith("Failing tests"):
            break
        if match := re.match(r"Ran \d+ tests? for \S+:(\w+)", line):
            contract = match[1]
        if match := re.match(r"\[FAIL(?:: (.*))?\] (\w+)\(", line):
            found.append((f"{contract}.{match[2]}", match[1] or ""))
        elif match := re.match(r"\[FAIL(?:: (.*))?\]", line):
            reason = match[1] or ""
        elif (match := re.match(r" (\w+)\(\) \(runs:", line)) and reason:
            found.append((f"{contract}.{match[1]}", reason))
            reason = ""
    return found
