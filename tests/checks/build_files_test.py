"""The files of the build are listed by hand; these lists are right."""

import re

from tree import LAYERS, ROOT, TreeTest, files

LISTED = re.compile(r"[\w./-]+\.cc\b(?!\.)")


def listed_sources(root):
    """Every .cc that a CMakeLists.txt names → that CMakeLists.txt."""
    found = {}
    for path in files(root):
        if path.name == "CMakeLists.txt":
            text = re.sub(r"#.*", "", (root / path).read_text())
            for name in LISTED.findall(text):
                if not name.startswith("/"):
                    found[path.parent / name] = path
    return found


def missing_sources(root):
    return [f"{build} lists {source}, which is not there"
            for source, build in sorted(listed_sources(root).items())
            if not (root / source).is_file()]


def orphans(root):
    listed = {(root / source).resolve() for source in listed_sources(root)}
    return [f"{path} is in no CMakeLists.txt"
            for path in files(root, *LAYERS, "tests", "bench", suffixes=(".cc",))
            if (root / path).resolve() not in listed]


def headers_without_guard(root):
    return [f"{path} has no #pragma once"
            for path in files(root, *LAYERS, "tests", "bench", suffixes=(".h",))
            if "#pragma once" not in (root / path).read_text()]


class BuildFilesTest(TreeTest):
    def test_what_is_listed_exists(self):
        self.assert_clean(missing_sources(ROOT))

    def test_what_exists_is_listed(self):
        self.assert_clean(orphans(ROOT))

    def test_every_header_is_guarded(self):
        self.assert_clean(headers_without_guard(ROOT))

    def test_a_stale_list_is_seen(self):
        tree = self.plant({"mapping/CMakeLists.txt": "usher_library(m SOURCES a.cc b.cc)\n",
                           "mapping/a.cc": "", "mapping/c.cc": "", "mapping/d.h": ""})
        self.assertEqual(1, len(missing_sources(tree)))
        self.assertEqual(1, len(orphans(tree)))
        self.assertEqual(1, len(headers_without_guard(tree)))
