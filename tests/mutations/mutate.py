"""Proves that the contract suite is sharp: breaks each connector in one way at a time and expects the suite to go red.

    scripts/mutate                        every patch of tests/mutations/
    scripts/mutate memory                 those of one connector
    scripts/mutate memory/03 polytomic    one patch, and those of another connector
    scripts/mutate --write                all, and the table of docs/contract-suite.md
    scripts/mutate --write memory         those of one connector, and their rows of the table

Works on a copy below build/mutate, with a build of its own and at the lowest priority, so that nothing else is in its
way. Fails when the suite stays green, or when a patch no longer applies or compiles.
"""

import argparse
import fcntl
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PLACE = ROOT / "build/mutate"
SOURCE, BUILD = PLACE / "source", PLACE / "build"
MUTATIONS = SOURCE / "tests/mutations"
PAGE = ROOT / "docs/contract-suite.md"
BEGIN, END = "<!-- mutations: written by scripts/mutate -->", "<!-- end of mutations -->"
PATIENCE = 300  # seconds for one run of the suite; a list without an end is one of the mutations
MEMORY = 8 << 30  # bytes it may ask for, for the same reason


def run(*command, **options):
    return subprocess.run([str(part) for part in command], text=True, capture_output=True, **options)


def copy_tree():
    """The tracked files and those about to be. What did not change is left alone, so that little is built anew."""
    names = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT, check=True).stdout
    wanted = {SOURCE / name for name in names.split("\0") if name and (ROOT / name).is_file()}
    for copy in wanted:
        original = ROOT / copy.relative_to(SOURCE)
        if not copy.exists() or copy.read_bytes() != original.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(original, copy)
    for copy in SOURCE.rglob("*"):
        if copy.is_file() and copy not in wanted:
            copy.unlink()


def configure():
    run("cmake", "-S", SOURCE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0",
        "-DCMAKE_UNITY_BUILD=ON", check=True)


def build(jobs):
    return run("cmake", "--build", BUILD, "--target", "tests_contract", "-j", jobs)


def camel(connector):
    return "Contract" + "".join(word.capitalize() for word in connector.split("_"))


def suites_of(connector, connectors):
    """Names of its test suites, one for each way of talking to the provider, plain ones first; none of a namesake
    (`timelines` and `timelines_partner`)."""
    listed = run(BUILD / "tests/contract/tests_contract", "--gtest_list_tests", check=True).stdout
    names = re.findall(r"^(Contract\w+)\.$", listed, re.M)
    namesakes = [camel(other) for other in connectors if other.startswith(connector + "_")]
    own = [name for name in names if name.startswith(camel(connector))
           and not any(name.startswith(namesake) for namesake in namesakes)]
    return sorted(own, key=lambda name: (len(name), name))


def confine():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def red_tests(suite):
    """Names of the tests that fail; nothing when all pass. An end before the end counts as one."""
    command = [str(BUILD / "tests/contract/tests_contract"), f"--gtest_filter={suite}.*"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, preexec_fn=confine)
        output, end = done.stdout, f"(ends with {done.returncode})" if done.returncode not in (0, 1) else ""
    except subprocess.TimeoutExpired as expired:
        output, end = expired.stdout or b"", "(never ends)"
    failed = re.findall(r"^\[  FAILED  \] Contract\w+\.(\w+)", output.decode(errors="replace"), re.M)
    if not failed and b"[  PASSED  ]" not in output:
        end = end or "(did not run)"
    return list(dict.fromkeys(failed)) + ([end] if end else [])


def first_red(suites):
    """The first suite that is not green, and its red tests."""
    for suite in suites:
        if red := red_tests(suite):
            return suite.removeprefix("Contract"), red
    return "", []


def title_of(patch):
    """The first line says what was broken."""
    return patch.read_text().splitlines()[0].lstrip("# ")


def try_patch(patch, suites, jobs):
    """The suite that turns red with its red tests, and what is wrong with the patch: one of the two is empty."""
    touched = [SOURCE / name for name in re.findall(r"^\+\+\+ b/(\S+)", patch.read_text(), re.M)]
    before = {file: file.read_bytes() for file in touched if file.exists()}
    try:
        applied = run("patch", "-p1", "--forward", "--no-backup-if-mismatch", "-r", "-", "-i", patch, cwd=SOURCE)
        if applied.returncode != 0:
            return "", [], f"no longer applies:\n{applied.stdout}"
        built = build(jobs)
        if built.returncode != 0:
            errors = re.findall(r"^.*error:.*$", built.stdout, re.M)
            return "", [], "does not compile:\n" + ("\n".join(errors[:5]) or built.stdout[-3000:])
        suite, red = first_red(suites)
        return suite, red, "" if red else "the suite stays green"
    finally:
        for file, content in before.items():
            file.write_bytes(content)


def shown(red, most):
    names = ", ".join(f"`{name}`" for name in red[:most])
    return names + (f" and {len(red) - most} more" if len(red) > most else "")


def write_page(rows, complaints):
    """Puts in the rows, by the patch's name; those of other patches stay as long as their patch does, and was noticed."""
    before, rest = PAGE.read_text().split(BEGIN)
    old, after = rest.split(END)
    known = {name: line for line in old.splitlines() for name in re.findall(r"^\| `(\S+/\S+)` \|", line)
             if (MUTATIONS / f"{name}.patch").exists() and name not in complaints}
    known.update({name: f"| `{name}` | {title} | {suite}: {shown(red, 3)} |" for name, suite, title, red in rows})
    lines = ["| patch | what it breaks | what turns red |", "|---|---|---|"] + [known[name] for name in sorted(known)]
    PAGE.write_text(before + BEGIN + "\n" + "\n".join(lines) + "\n" + END + after)


def wanted_patches(names):
    patches = sorted(MUTATIONS.glob("*/*.patch"))
    if not names:
        return patches
    wanted = []
    for name in names:
        folder, _, start = name.partition("/")
        found = [patch for patch in patches if patch.parent.name == folder and patch.name.startswith(start)]
        if not found:
            sys.exit(f"mutate: there is no patch {name} below tests/mutations")
        wanted += [patch for patch in found if patch not in wanted]
    return wanted


def prepare(connectors, jobs):
    """A build of what is there, on which every suite is green; the suites by connector."""
    configure()
    built = build(jobs)
    if built.returncode != 0:
        sys.exit(f"mutate: the tree does not build as it stands:\n{built.stdout[-3000:]}")
    everybody = [place.name for place in MUTATIONS.iterdir() if place.is_dir()]
    suites = {connector: suites_of(connector, everybody) for connector in connectors}
    for connector in connectors:
        suite, red = first_red(suites[connector])
        if red:
            sys.exit(f"mutate: {suite} is red as it stands: {', '.join(red)}")
    return suites


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("names", nargs="*", metavar="CONNECTOR[/PATCH]")
    arguments.add_argument("--write", action="store_true", help="write the table of docs/contract-suite.md")
    arguments.add_argument("--jobs", "-j", default="1", help="compilers at once")
    options = arguments.parse_args()
    os.nice(19)
    PLACE.mkdir(parents=True, exist_ok=True)
    lock = open(PLACE / ".lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"mutate: another one is at work in {PLACE}")
    copy_tree()
    patches = wanted_patches(options.names)
    suites = prepare(sorted({patch.parent.name for patch in patches}), options.jobs)

    rows, complaints = [], []
    for patch in patches:
        suite, red, complaint = try_patch(patch, suites[patch.parent.name], options.jobs)
        name = f"{patch.parent.name}/{patch.stem}"
        print(f"{name}: {complaint or f'{len(red)} red in {suite}: ' + shown(red, 3)}", flush=True)
        if complaint:
            complaints.append(name)
        else:
            rows.append((name, suite, title_of(patch), red))
    if options.write:
        write_page(rows, complaints)
    if complaints:
        sys.exit(f"mutate: {len(complaints)} of {len(patches)} mutations were not noticed: {', '.join(complaints)}")
    print(f"mutate: all {len(patches)} mutations turn the suite red")


if __name__ == "__main__":
    main()
