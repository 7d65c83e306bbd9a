"""Install the wheel into fresh environments, and use it from an empty directory.

`python -m tests.package.check` builds the source distribution and, from that, the wheel. For every supported Python on
the PATH, it makes an environment with only the wheel, and runs a comparison, a study, a task and a model of one's own,
and the Python lines of the README there. It prints time and size of the installation.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHONS = ("python3.11", "python3.12", "python3.13", "python3.14")
COMMANDS = (
    "compare 12ax --networks 2 --epochs 2 --out run",
    "compare mytask.py:MyTask --models lstm,counts.py:Counts --networks 2 --epochs 2 --out own",
    "study run study.toml --on threads --out study",
    "study plot study",
)
STUDY = """\
name = "clamp"
question = "Does a study run?"
tasks = ["sir2"]
models = ["lstm"]
networks = 2
epochs = 2
seed = 0
"""
TYPED = """\
from importlib.resources import files
assert all(files(package).joinpath("py.typed").is_file() for package in ("pbwm", "lstm_baseline", "tasks"))
"""


def main() -> int:
    """Run the check with every Python found; 0 if there is one and all work."""
    with tempfile.TemporaryDirectory(prefix="pbwm-package-") as folder:
        work = Path(folder)
        wheel = built(work)
        print(f"{wheel.name}: {wheel.stat().st_size / 1e6:.2f} MB")
        pythons = {name: path for name in PYTHONS if (path := interpreter(name))}
        for name, python in pythons.items():
            print(f"{name}: {installed_and_used(python, wheel, work / name)}", flush=True)
    return 0 if pythons else 2


def built(work: Path) -> Path:
    """The wheel, built from the source distribution in its own directory."""
    call(sys.executable, "-m", "pip", "install", "--quiet", "--target", work / "build", "build", cwd=work)
    environment = {"PYTHONPATH": str(work / "build")}
    call(sys.executable, "-m", "build", "--outdir", work / "dist", ROOT, cwd=work, environment=environment)
    (wheel,) = (work / "dist").glob("*.whl")
    return wheel


def installed_and_used(python: str, wheel: Path, work: Path) -> str:
    """Install the wheel alone, and use it from an empty directory; time and size in words."""
    environment, empty = work / "environment", work / "empty"
    empty.mkdir(parents=True)
    call(python, "-m", "venv", environment, cwd=work)
    size_before = size(environment)
    begin = time.monotonic()
    call(environment / "bin" / "pip", "install", "--quiet", wheel, cwd=empty)
    seconds = time.monotonic() - begin
    call(environment / "bin" / "pbwm", "--help", cwd=empty)
    for file in ("mytask.py", "counts.py"):
        shutil.copy(ROOT / "docs" / "examples" / file, empty)
    (empty / "study.toml").write_text(STUDY, encoding="utf-8")
    for words in COMMANDS:
        call(environment / "bin" / "pbwm", *words.split(), cwd=empty)
    for run in ("run", "own", "study"):
        if not list((empty / run).rglob("*.png")):
            raise RuntimeError(f"{python}: {run} has no figure")
    call(environment / "bin" / "python", "-W", "error", "-c", TYPED, cwd=empty)
    call(environment / "bin" / "python", "-W", "error", "-c", readme_lines(), cwd=empty)
    return (
        f"installed in {seconds:.0f} s, {(size(environment) - size_before) / 1e6:.0f} MB with all it depends on; works"
    )


def readme_lines() -> str:
    return re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[0]


def size(directory: Path) -> int:
    return sum(path.lstat().st_size for path in directory.rglob("*") if path.is_file())


def call(*command: str | Path, cwd: Path, environment: dict[str, str] | None = None) -> None:
    """Run a command without the paths of this process; show its output if it fails."""
    clean = {"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": str(Path.home())} | (environment or {})
    program = shutil.which(str(command[0])) or str(command[0])
    done = subprocess.run([program, *command[1:]], cwd=cwd, env=clean, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


def interpreter(name: str) -> str | None:
    """Path of a working interpreter of this name, by its own account: the command may be a script."""
    found = shutil.which(name)
    if found is None:
        return None
    code = "import sys; print(sys.executable)"
    done = subprocess.run([found, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
