"""What no file of the project may hold, and how long a file may grow."""

import re

from tree import LAYERS, ROOT, TreeTest, files

# Spelt so that this file does not hold them itself.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b|^<{7} |^>{7} ")
HOMES = re.compile(r"(?<![\w.~-])/(?:home|Users)/\w")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
LONGEST = 600  # lines; half of the files should have about 100


def texts(root):
    """(path, line number, line) of every text file."""
    for path in files(root):
        try:
            lines = (root / path).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(lines, 1):
            yield path, number, line


def machine_paths(root):
    """Paths of one machine: a home, or the folder in which this tree lies."""
    here = str(root)
    return [f"{path}:{number}: a path of one machine: {line.strip()[:80]}"
            for path, number, line in texts(root)
            if HOMES.search(line) or (here.count("/") > 1 and here in line)]


def unfinished(root):
    return [f"{path}:{number}: {line.strip()[:80]}" for path, number, line in texts(root)
            if UNFINISHED.search(line)]


def untidy(root):
    """Trailing blanks, tabs in C++, a missing newline at the end."""
    complaints = []
    for path in files(root, suffixes=(".h", ".cc", ".py", ".cmake", ".yaml")):
        raw = (root / path).read_bytes()
        if path.parts[0] == "tests" and path.suffix == ".yaml":
            continue  # broken on purpose
        if raw and not raw.endswith(b"\n"):
            complaints.append(f"{path}: no newline at the end")
        complaints += [f"{path}:{number}: blanks at the end of the line"
                       for number, line in enumerate(raw.splitlines(), 1) if line.rstrip() != line]
    return complaints


def broken_links(root):
    """Relative links of Markdown files that lead nowhere."""
    return [f"{path}: {target} is not there"
            for path in files(root, suffixes=(".md",))
            for target in LINK.findall((root / path).read_text())
            if not (root / path.parent / target).exists()]


def oversized(root):
    lengths = {path: len((root / path).read_bytes().splitlines())
               for path in files(root, *LAYERS, suffixes=(".h", ".cc"))}
    return [f"{path} has {lines} lines, more than {LONGEST}: find the part that stands alone"
            for path, lines in lengths.items() if lines > LONGEST]


class TreeRulesTest(TreeTest):
    def test_no_path_of_one_machine(self):
        self.assert_clean(machine_paths(ROOT))

    def test_nothing_is_marked_unfinished(self):
        self.assert_clean(unfinished(ROOT))

    def test_files_are_tidy(self):
        self.assert_clean(untidy(ROOT))

    def test_links_lead_somewhere(self):
        self.assert_clean(broken_links(ROOT))

    def test_no_file_is_oversized(self):
        self.assert_clean(oversized(ROOT))

    def test_paths_of_one_machine_are_seen(self):
        tree = self.plant({"a.md": "see /home" "/ann/usher\n"})
        (tree / "b.md").write_text(f"see {tree}/a.md\n")
        self.assertEqual(2, len(machine_paths(tree)))

    def test_a_broken_link_is_seen(self):
        tree = self.plant({"docs/a.md": "[b](b.md) [c](../c.md#part) [d](https://example.com/d)",
                           "docs/b.md": ""})
        self.assertEqual(["docs/a.md: ../c.md is not there"], broken_links(tree))

    def test_unfinished_and_untidy_files_are_seen(self):
        tree = self.plant({"mapping/a.cc": "// TO" "DO: later \n" + "\n" * LONGEST})
        self.assertEqual(1, len(unfinished(tree)))
        self.assertEqual(1, len(untidy(tree)))
        self.assertEqual(1, len(oversized(tree)))
