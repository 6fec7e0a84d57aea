"""Proves that the contract suite is sharp: breaks each connector in one way at a time and expects the suite to go red.

    scripts/mutate                        every patch of tests/mutations/
    scripts/mutate memory                 those of one connector
    scripts/mutate --write                all, and the table of docs/contract-suite.md

Works on a copy below build/mutate. Fails when the suite stays green, or when a patch no longer applies or compiles.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / "build/mutate"
SOURCE, BUILD = PLACE / "source", PLACE / "build"
PAGE = ROOT / "docs/contract-suite.md"
BEGIN, END = "<!-- mutations: written by scripts/mutate -->", "<!-- end of mutations -->"
PATIENCE = 300  # seconds for one run of the suite


def run(*command, **options):
    return subprocess.run([str(part) for part in command], text=True, capture_output=True, **options)


def copy_tree():
    """The tracked files and those about to be, with unchanged ones left alone, so that little is built anew."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT).stdout.split("\0")
    wanted = set()
    for name in filter(None, names):
        source, copy = ROOT / name, SOURCE / name
        if not source.is_file():
            continue
        wanted.add(copy)
        if not copy.exists() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, copy)
    for copy in SOURCE.rglob("*"):
        if copy.is_file() and copy not in wanted:
            copy.unlink()


def suite_of(connector):
    """`timelines_partner` → its tests, whatever way of talking to the provider they take."""
    return "Contract" + "".join(word.capitalize() for word in connector.split("_")) + "*"


def build():
    return run("cmake", "--build", BUILD, "--target", "tests_contract")


def red_tests(connector):
    """Names of the tests that fail; nothing when all pass. A crash counts as one."""
    try:
        done = run(BUILD / "tests/contract/tests_contract", f"--gtest_filter={suite_of(connector)}", timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return ["(never ends)"]
    names = sorted({name.split(".")[1] for name in re.findall(r"^\[  FAILED  \] (Contract\w+\.\w+)", done.stdout, re.M)})
    return names or ([f"(ends with {done.returncode})"] if done.returncode != 0 else [])


def title_of(patch):
    """The first line says what was broken."""
    return patch.read_text().splitlines()[0].lstrip("# ")


def try_patch(patch):
    connector = patch.parent.name
    applied = run("patch", "-p1", "--forward", "--no-backup-if-mismatch", "-i", patch, cwd=SOURCE)
    if applied.returncode != 0:
        return None, f"no longer applies:\n{applied.stdout}"
    try:
        built = build()
        if built.returncode != 0:
            return None, f"does not compile:\n{built.stdout[-3000:]}"
        red = red_tests(connector)
        return red, "" if red else "the suite stays green"
    finally:
        run("patch", "-p1", "--reverse", "--no-backup-if-mismatch", "-i", patch, cwd=SOURCE)


def write_page(rows):
    lines = ["| connector | what was broken | tests that turn red |", "|---|---|---|"]
    for connector, title, red in rows:
        shown = ", ".join(f"`{name}`" for name in red[:4]) + (f" and {len(red) - 4} more" if len(red) > 4 else "")
        lines.append(f"| {connector} | {title} | {shown} |")
    text = PAGE.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("connectors", nargs="*")
    arguments.add_argument("--write", action="store_true")
    options = arguments.parse_args()
    patches = sorted((ROOT / "tests/mutations").glob("*/*.patch"))
    if options.connectors:
        patches = [patch for patch in patches if patch.parent.name in options.connectors]
    if not patches:
        sys.exit("mutate: there is no patch for that below tests/mutations")

    copy_tree()
    run("cmake", "-S", SOURCE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
        check=True)
    if build().returncode != 0:
        sys.exit("mutate: the tree does not build as it stands")
    for connector in sorted({patch.parent.name for patch in patches}):
        if red := red_tests(connector):
            sys.exit(f"mutate: the suite of {connector} is red as it stands: {', '.join(red)}")

    rows, complaints = [], []
    for patch in patches:
        red, complaint = try_patch(patch)
        name = f"{patch.parent.name}/{patch.name}"
        print(f"{name}: {complaint or f'{len(red)} red'}", flush=True)
        if complaint:
            complaints.append(name)
        else:
            rows.append((patch.parent.name, title_of(patch), red))
    if options.write and not complaints:
        write_page(rows)
    if complaints:
        sys.exit(f"mutate: {len(complaints)} of {len(patches)} mutations were not noticed")
    print(f"mutate: all {len(patches)} mutations turn the suite red")


if __name__ == "__main__":
    main()
