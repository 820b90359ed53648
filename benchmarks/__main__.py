"""Run the quick benchmarks in order and print one document.

    python -m benchmarks [NAME ...]

Each is a process of its own with sizes that end in a few minutes; the figures in
docs/benchmarks.md come from the scripts with their own sizes. A benchmark that fails
does not stop the others; its message stands in its place.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
QUICK: dict[str, list[str]] = {
    "startup": [],
    "charsets": [],
    "extract": [],
    "extract_quality": [],
    "lists_quality": [],
    "normalize": [],
    "validate": ["--documents", "5000"],
    "dedupe": ["--texts", "5000", "--sample", "1000"],
    "instruments": ["--documents", "2000"],
    "personal": ["--documents", "1000", "--strings", "20000"],
    "cleanup": ["--documents", "2000"],
    "policy": [],
    "policy_numbers": [],
    "policy_effects": [],
    "policy_laws": [],
    "worklists": ["--findings", "5000"],
    "report": ["--documents", "300"],
    "archive": [],
    "harvest": ["--pages", "1000", "--rounds", "1"],
    "bundle": ["--documents", "2000", "--files", "1000", "--rounds", "1"],
    "ingest": ["--documents", "1000", "--sample", "100"],
    "workers": ["--documents", "1000"],
    "sample_site": ["--documents", "300"],
    "idle": ["--documents", "1000"],
    "memory": ["--documents", "1000"],
}


def main() -> int:
    """Print the document; return 1 if a benchmark failed."""
    names = sys.argv[1:] or list(QUICK)
    failed = []
    print("# Benchmarks, quick sizes\n")
    for name in names:
        command = [sys.executable, str(HERE / f"{name}.py"), *QUICK.get(name, [])]
        shown = " ".join(["python", f"benchmarks/{name}.py", *QUICK.get(name, [])])
        print(f"## {name}\n\n`{shown}`\n", flush=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        print(done.stdout, flush=True)
        if done.returncode:
            failed.append(name)
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            print(f"Failed: {last}\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
