"""Bugs that are planted on purpose: in a text, or in a contract that is compiled with them."""

import json
import re
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "adjudicator" / "abi"


# Of each thread its own compiler, which stays: once it is warm, it is a third faster.
KEPT = threading.local()


class DoesNotApply(Exception):
    """The text to be replaced is not there exactly once."""


def planted(text, find, replace, where):
    """The text with the bug in it."""
    times = text.count(find)
    if times != 1:
        raise DoesNotApply(f"it no longer applies: its text occurs {times} times in {where}")
    return text.replace(find, replace)


def compiled(contract, sources, out):
    """Compiles a contract as its artifact was, but for the texts of `sources`; writes an artifact to `out`.

    Returns what the compiler says against it, if it does. Sources that the contract does not need are an error of the caller.
    """
    job = json.loads((ARTIFACTS / f"{contract}.input.json").read_text())
    for file, text in sources.items():
        job["sources"][file]["content"] = text
    path = next(file for file in job["sources"] if file.endswith(f"/{contract}.sol"))
    job["settings"]["outputSelection"] = {path: {contract: ["evm.bytecode.object"]}}
    answer = answered(job)
    errors = [each["formattedMessage"] for each in answer.get("errors", []) if each["severity"] == "error"]
    if errors:
        return "\n".join(errors)
    code = answer["contracts"][path][contract]["evm"]["bytecode"]["object"]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"bytecode": {"object": f"0x{code}"}}))
    return ""


def answered(job):
    """What the compiler says to a standard JSON."""
    if not hasattr(KEPT, "compiler"):
        command = [ROOT / "scripts" / "solc", "--each-line"]
        KEPT.compiler = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        print(json.dumps(job), file=KEPT.compiler.stdin, flush=True)
        answer = KEPT.compiler.stdout.readline()
    except BrokenPipeError:
        answer = ""
    if not answer:
        sys.exit("the compiler did not run")
    return json.loads(answer)


def imported_by(file):
    """A source, and those that it imports, and those that they do."""
    found, left = set(), [file]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            paths = re.findall(r'from "(\.[^"]+)"', (ROOT / one).read_text())
            left += [str((ROOT / one).parent.joinpath(path).resolve().relative_to(ROOT)) for path in paths]
    return found


def needed_by(contract):
    """The sources that a contract is compiled of."""
    return set(json.loads((ARTIFACTS / f"{contract}.input.json").read_text())["sources"])
