"""The pinned Python tools, in a virtual environment of their own, and how they find forge and solc."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / "target" / "python"
PINS = Path(__file__).with_name("requirements.txt")


def install():
    """Returns the folder of the tools. What was installed is kept beside them: another pin installs anew."""
    stamp = HOME / "installed.txt"
    if not stamp.exists() or stamp.read_text() != PINS.read_text():
        print("installs halmos and slither into target/python/, with what they depend on, as scripts/proofs/requirements.txt pins")
        sys.stdout.flush()
        subprocess.run([sys.executable, "-m", "venv", "--clear", HOME], check=True)
        pip = [HOME / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement", PINS]
        subprocess.run(pip, check=True)
        stamp.write_text(PINS.read_text())
    return HOME / "bin"


def environment(root, **more):
    """The tools call forge by its name and the compiler by forge's settings."""
    binaries = sorted((ROOT / "node_modules" / "@foundry-rs").glob("forge-*/bin"))
    path = os.pathsep.join([*map(str, binaries), str(HOME / "bin"), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "FOUNDRY_SOLC": str(root / "scripts" / "solc"), **more}
