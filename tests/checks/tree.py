"""The files of the project, for the checks beside this one.

Every rule is a function that takes the root of a tree and returns what breaks it, one line each, so
that a test can show the rule both the project and a small tree that breaks it.
"""

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("mapping", "config", "connectors", "daemon")
INCLUDE = re.compile(r'^\s*#\s*include\s*(<[^>]+>|"[^"]+")', re.MULTILINE)


def files(root, *folders, suffixes=()):
    """Paths relative to `root`, sorted: what git tracks or would track, or everything below."""
    listed = subprocess.run(
        ["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard"],
        capture_output=True, text=True, check=False)
    if listed.returncode == 0 and (Path(root) / ".git").exists():
        found = [Path(line) for line in listed.stdout.splitlines()]
    else:
        found = [Path(where, name).relative_to(root)
                 for where, _, names in os.walk(root) for name in names]
    return sorted(path for path in found
                  if (not folders or path.parts[0] in folders)
                  and (not suffixes or path.suffix in suffixes)
                  and "build" != path.parts[0] and (Path(root) / path).is_file())


def includes(root, path):
    """(line number, what is included, whether in quotes) of a C++ file."""
    text = (Path(root) / path).read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        yield line, match[1][1:-1], match[1].startswith('"')


class TreeTest(unittest.TestCase):
    """A test case that can plant a small tree and compares lists of complaints readably."""

    maxDiff = None

    def plant(self, contents):
        """Writes `{path: text}` into a folder of its own and returns the folder."""
        folder = tempfile.TemporaryDirectory(prefix="usher-checks-")
        self.addCleanup(folder.cleanup)
        for path, text in contents.items():
            target = Path(folder.name) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return Path(folder.name)

    def assert_clean(self, complaints):
        self.assertEqual([], complaints, "\n" + "\n".join(complaints))
