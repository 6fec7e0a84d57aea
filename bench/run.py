#!/usr/bin/env python3
"""Measures what docs/performance.md shows: ratios to a floor taken in the same run on the same
machine, so that they can be compared where times cannot. Needs a release build.

    bench/run.py --build build/release [--write docs/performance.md]
"""

import argparse
import json
import os
import pathlib
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

PEOPLE = 5000
CREATES = 2000
TARGETS = 100
CUSTOMERS = 500
PEOPLE_EACH = 10
TOKEN = "bench-token"
ENVIRONMENT = {**os.environ, "BENCH_TOKEN": TOKEN, "USHER_CONFIG": "usher.yaml", "NO_COLOR": "1"}

SEED = {
    "workspaces": [
        {
            "id": "northwind-eu",
            "seats": 100_000,
            "tokens": [TOKEN],
            "users": [{"email": "olga@northwind.example", "role": "owner"}],
        }
    ]
}

HEAD = """version: 1
state: state.db
sources:
  staff: { type: csv, path: people.csv, id: id }
targets:
"""

TARGET = """  {name}:
    connector: timelines
    source: staff
    url: {url}
    token: {{ env: BENCH_TOKEN }}
    rate: off
    scope: 'department eq "{department}" or groups eq "leads"'
    map:
      email: "${{mail}}"
      team: "${{team | default('Default')}}"
      role: [ {{ when: 'groups eq "leads"', value: team_supervisor }}, agent ]
    limits: {{ creates: {{ count: 100000 }} }}
"""


# One workspace for everybody, and one for each customer.
FAMILY_SEED = {
    "workspaces": [{"id": "all", "seats": CUSTOMERS * PEOPLE_EACH + 1}]
    + [{"id": f"c{n:03}", "seats": PEOPLE_EACH + 5} for n in range(CUSTOMERS)],
    "partners": [
        {"id": "acme", "secret": TOKEN, "workspaces": ["all"] + [f"c{n:03}" for n in range(CUSTOMERS)]}
    ],
}

FAMILY = """version: 1
state: state.db
sources:
  people: {{ type: csv, path: people.csv, id: id }}
targets:
  customers:
    connector: timelines_partner
    source: people
    url: {url}
    partner_id: acme
    partner_secret: {{ env: BENCH_TOKEN }}
    rate: off
{lines}
    map: {{ label: "${{mail}}" }}
    leavers: {{ do: deactivate, reads: 1 }}
"""
ONE = "    workspace: all"
MANY = """    for_each: { csv: customers.csv, name: "${slug}" }
    workspace: "${slug}"
    scope: 'customer eq "${slug}"'"""


class Bench:
    def __init__(self, build: pathlib.Path, folder: pathlib.Path):
        self.build = build
        self.folder = folder
        self.usher = build / "daemon/usher"
        self.rows = []

    def row(self, what, measured, floor, must, reach):
        self.rows.append((what, measured, floor, must, reach))
        print(f"{what}: {measured} (floor {floor}; must {must}, reach for {reach})", flush=True)

    def run(self, *command, expect=0):
        """Wall seconds, peak resident KiB and standard output of one process."""
        before = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=self.folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        output = process.stdout.read()
        error = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - before
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != expect:
            sys.exit(f"{command} ended with {process.returncode}\n{output.decode()}{error.decode()}")
        return wall, usage.ru_maxrss, output

    def median(self, times, *command):
        return statistics.median(self.run(*command)[0] for _ in range(times))

    def write_people(self, count):
        lines = ["id,mail,team,department,groups"]
        lines += [f"E{n},p{n}@northwind.example,Default,Sales,all" for n in range(1, count + 1)]
        (self.folder / "people.csv").write_text("\n".join(lines) + "\n")

    def write_config(self, url, targets=1):
        text = HEAD + "".join(
            TARGET.format(name=f"t{n}", url=url, department="Sales" if n == 0 else f"D{n}") for n in range(targets)
        )
        (self.folder / "usher.yaml").write_text(text)


class Sandbox:
    """A fresh usher-sandbox; ends with the block."""

    def __init__(self, bench: Bench, seed=SEED, api="timelines"):
        self.bench = bench
        self.seed = seed
        self.api = api

    def __enter__(self):
        seed = self.bench.folder / "seed.json"
        seed.write_text(json.dumps(self.seed))
        self.process = subprocess.Popen(
            [self.bench.build / "connectors/sandbox/usher-sandbox", "--seed", seed],
            stdout=subprocess.PIPE, text=True,
        )
        urls = (self.process.stdout.readline() for _ in range(8))
        self.url = next(line.split()[1] for line in urls if line.startswith(self.api + ":"))
        self.port = int(re.search(r":(\d+)/", self.url).group(1))
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def log(self, since=0):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/_sandbox/log?since={since}") as answer:
            return json.load(answer)


def start(bench: Bench):
    bench.run(bench.usher, "--version")
    wall = bench.median(20, bench.usher, "--version")
    floor = bench.median(20, "/bin/true")
    bench.row("start: `usher --version`, median of 20 warm starts", f"{wall * 1000:.1f} ms",
              f"{floor * 1000:.1f} ms for `/bin/true`", "≤ 30 ms", "≤ 20 ms")


def check(bench: Bench):
    bench.write_people(1)
    bench.write_config("http://127.0.0.1:1/", TARGETS)
    command = (bench.usher, "check")
    load = (bench.build / "bench/bench_yaml_load", "usher.yaml")
    bench.run(*command), bench.run(*load)
    wall, floor = bench.median(20, *command), bench.median(20, *load)
    bench.row(f"`usher check` of {TARGETS} targets ÷ a bare yaml-cpp load, whole processes", f"{wall / floor:.2f}",
              f"{floor * 1000:.1f} ms, against {wall * 1000:.1f} ms", "≤ 3", "≤ 2")


def creates(bench: Bench):
    ratios = []
    for _ in range(3):
        with Sandbox(bench) as sandbox:
            floor, _, _ = bench.run(bench.build / "bench/bench_bare_client", sandbox.port, TOKEN, CREATES)
        bench.write_people(CREATES)
        with Sandbox(bench) as sandbox:
            bench.write_config(sandbox.url)
            fresh_state(bench)
            wall, _, _ = bench.run(bench.usher, "apply")
        ratios.append((floor / wall, CREATES / wall, CREATES / floor))
    ratio, rate, floor_rate = sorted(ratios)[1]
    bench.row(f"apply {CREATES:,} creates, journal on: rate ÷ that of a bare client on one connection", f"{ratio:.2f}",
              f"{floor_rate:,.0f}/s, against {rate:,.0f}/s for the whole run", "≥ 0.8", "≥ 0.95")


def fresh_state(bench: Bench):
    for name in ("state.db", "state.db-wal", "state.db-shm", "state.db.lock"):
        (bench.folder / name).unlink(missing_ok=True)
    bench.run(bench.usher, "init")


def no_change(bench: Bench):
    bench.write_people(PEOPLE)
    with Sandbox(bench) as sandbox:
        bench.write_config(sandbox.url)
        fresh_state(bench)
        bench.run(bench.usher, "apply")
        wall, peak, _ = min(bench.run(bench.usher, "plan") for _ in range(5))
        floor = min(
            bench.run("/bin/sh", "-c", "cat people.csv >/dev/null; curl -s -o /dev/null -A bench "
                      f"-H 'Authorization: Bearer {TOKEN}' {sandbox.url}/workspace/teammates")[0]
            for _ in range(5)
        )
        bench.row(f"no-change plan of {PEOPLE:,} people in a CSV file: wall ÷ `cat` + `curl` of the same bytes",
                  f"{wall / floor:.2f}", f"{floor * 1000:.0f} ms, against {wall * 1000:.0f} ms", "–", "–")
        bench.row("the same: peak resident memory", f"{peak / 1024:.0f} MiB", "–", "–", "–")

        before = sandbox.log()["count"]
        bench.run(bench.usher, "apply")
        log = sandbox.log(before)["requests"]
        writes = sum(entry["method"] != "GET" for entry in log)
        bench.row("requests of a no-change run", f"{len(log)}, {writes} of them writes", "1 page",
                  "pages + 3, 0 writes", "the same")

        text = (bench.folder / "people.csv").read_text()
        (bench.folder / "people.csv").write_text(text.replace(",all\n", ",leads\n", 1))
        before = sandbox.log()["count"]
        bench.run(bench.usher, "apply")
        log = sandbox.log(before)["requests"]
        writes = sum(entry["method"] != "GET" for entry in log)
        bench.row("requests of one changed person, verification included", f"{len(log)}, {writes} of them writes",
                  "1 write", "look-up + write + read-back", "the same")


def family(bench: Bench):
    def write_people(gone=()):
        rows = [(f"E{n}", f"c{n // PEOPLE_EACH:03}") for n in range(CUSTOMERS * PEOPLE_EACH)]
        text = "".join(f"{id},{id.lower()}@example.com,{at}\n" for id, at in rows if id not in gone)
        (bench.folder / "people.csv").write_text("id,mail,customer\n" + text)

    def settled_plan(lines, exit_code):
        with Sandbox(bench, FAMILY_SEED, "timelines_partner") as sandbox:
            (bench.folder / "usher.yaml").write_text(FAMILY.format(url=sandbox.url, lines=lines))
            write_people()
            fresh_state(bench)
            bench.run(bench.usher, "apply")
            wall, peak, _ = min(bench.run(bench.usher, "plan") for _ in range(3))
            write_people(gone={f"E{n}" for n in range(75, 80)} | {"E123"})
            return wall, peak, bench.run(bench.usher, "plan", expect=exit_code)[2].decode()

    slugs = "".join(f"c{n:03}\n" for n in range(CUSTOMERS))
    (bench.folder / "customers.csv").write_text("slug\n" + slugs)
    floor, _, _ = settled_plan(ONE, 0)
    wall, peak, text = settled_plan(MANY, 4)
    people = CUSTOMERS * PEOPLE_EACH
    bench.row(f"no-change plan of {CUSTOMERS} targets of {PEOPLE_EACH} people through `for_each`: wall ÷ one target "
              f"with the same {people:,}", f"{wall / floor:.2f}",
              f"{floor * 1000:.0f} ms, against {wall * 1000:.0f} ms", "≤ 3 (10,000 of 100)", "≤ 2")
    bench.row("the same: peak resident memory", f"{peak / 1024:.0f} MiB", "–", "–", "–")
    bench.summary = text


def idle_daemon(bench: Bench):
    bench.write_people(100)
    with Sandbox(bench) as sandbox:
        bench.write_config(sandbox.url)
        fresh_state(bench)
        daemon = subprocess.Popen([bench.usher, "daemon"], cwd=bench.folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True)
        try:
            for line in daemon.stderr:
                if "t0" in line and "plan" in line:
                    break
            memory = pathlib.Path(f"/proc/{daemon.pid}/status").read_text()
        finally:
            daemon.kill()
            daemon.wait()
    resident = int(re.search(r"VmRSS:\s+(\d+)", memory).group(1))
    bench.row("daemon after its first run, resident memory", f"{resident / 1024:.0f} MiB", "–", "≤ 30 MiB", "≤ 20 MiB")


def render(bench, build):
    rows = bench.rows
    cpu = platform.machine()
    lines = [
        "# Performance",
        "",
        "Measured by `bench/run.py` against a release build; the ratios are to a floor that is taken in the same run.",
        "To measure again, and to write this page:",
        "",
        "```console",
        "$ scripts/bench",
        "$ bench/run.py --build build/release --write docs/performance.md",
        "```",
        "",
        f"Here: {os.cpu_count()} CPUs ({cpu}), a file system with `fdatasync` at {fdatasync_ms(build):.2f} ms.",
        "",
        "| what | measured | floor | must | reach for |",
        "|---|---|---|---|---|",
    ]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    lines += [
        "",
        "A bare client writes nothing down. usher brings every single change to the disk before its request leaves,",
        "and again when its answer is there; TimelinesAI is served one request after the other, so these waits add up.",
        "They do not show against the provider's own limit of 50 requests a minute.",
        "",
        f"## A plan over {CUSTOMERS} targets",
        "",
        "Where six people have left, what `usher plan` prints (one of two customers loses half of its people):",
        "",
        "```console",
        "$ usher plan",
        *bench.summary.rstrip().splitlines(),
        "```",
    ]
    return "\n".join(lines) + "\n"


def fdatasync_ms(build):
    with tempfile.NamedTemporaryFile(dir=build) as file:
        times = []
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            before = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - before)
    return statistics.median(times) * 1000


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--build", type=pathlib.Path, required=True)
    arguments.add_argument("--write", type=pathlib.Path)
    options = arguments.parse_args()
    build = options.build.resolve()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=build))
    try:
        bench = Bench(build, folder)
        for measure in (start, check, no_change, creates, family, idle_daemon):
            measure(bench)
    finally:
        shutil.rmtree(folder)
    text = render(bench, build)
    print("\n" + text)
    if options.write:
        options.write.write_text(text)


if __name__ == "__main__":
    main()
