"""One provider = one room, always furnished alike."""

from tree import ROOT, TreeTest, files

SHARED = ("http", "sandbox")  # what the rooms stand on, not rooms themselves
MUTATIONS = 10  # that the contract suite must notice, at least
SOURCE_PIECES = ("settings.h", "source.h", "source.cc")
TARGET_PIECES = ("settings.h", "client.h", "client.cc", "convert.h", "convert.cc", "target.h",
                 "target.cc", "sandbox.h", "sandbox.cc")


def rooms(root):
    """Folder name → the names of the files in it."""
    found = {}
    for path in files(root, "connectors"):
        if len(path.parts) > 2 and path.parts[1] not in SHARED:
            found.setdefault(path.parts[1], set()).add(path.name)
    return found


def missing_pieces(root):
    complaints = []
    for name, names in sorted(rooms(root).items()):
        pieces = SOURCE_PIECES if "source.h" in names else TARGET_PIECES
        complaints += [f"connectors/{name}/{piece} is missing"
                       for piece in ("README.md", "CMakeLists.txt", *pieces) if piece not in names]
        tests = root / "tests" / "connectors" / name
        if not any(tests.glob("*_test.cc")):
            complaints.append(f"tests/connectors/{name}/ has no test")
    return complaints


def unused_rooms(root):
    """A room that the build or the tests leave out."""
    complaints = []
    for name in sorted(rooms(root)):
        for place in ("connectors", "tests/connectors"):
            text = (root / place / "CMakeLists.txt").read_text()
            if f"add_subdirectory({name})" not in text:
                complaints.append(f"{place}/CMakeLists.txt does not add {name}")
    return complaints


def unproven_rooms(root):
    """A target without its part of the contract suite, or without proof that the suite is sharp."""
    complaints = []
    for name, names in sorted(rooms(root).items()):
        if "source.h" in names:
            continue
        if not (root / "tests/contract" / f"{name}.cc").exists():
            complaints.append(f"tests/contract/{name}.cc is missing")
        mutations = len(list((root / "tests/mutations" / name).glob("*.patch")))
        if mutations < MUTATIONS:
            complaints.append(f"tests/mutations/{name}/ has {mutations} of {MUTATIONS} patches")
    return complaints


def untried_mutations(root):
    """A patch of which nobody has seen what it turns red."""
    page = (root / "docs/contract-suite.md").read_text()
    patches = sorted((root / "tests/mutations").glob("*/*.patch"))
    names = [f"{patch.parent.name}/{patch.stem}" for patch in patches]
    return [f"docs/contract-suite.md has no row for {name}: scripts/mutate --write {name}"
            for name in names if f"| `{name}` |" not in page]


def unlisted_rooms(root):
    """A room that the programs do not know."""
    catalogue = (root / "daemon/engine/catalogue.cc").read_text()
    sandbox = (root / "connectors/sandbox/main.cc").read_text()
    complaints = []
    for name, names in sorted(rooms(root).items()):
        if f"{name}::kind()" not in catalogue:
            complaints.append(f"daemon/engine/catalogue.cc does not list {name}")
        if "source.h" not in names and f"connectors/{name}/sandbox.h" not in sandbox:
            complaints.append(f"connectors/sandbox/main.cc does not play {name}")
    return complaints


class ConnectorsTest(TreeTest):
    def test_every_room_is_furnished(self):
        self.assertTrue(rooms(ROOT))
        self.assert_clean(missing_pieces(ROOT))

    def test_every_room_is_built_and_tested(self):
        self.assert_clean(unused_rooms(ROOT))

    def test_every_target_is_proven(self):
        self.assert_clean(unproven_rooms(ROOT))

    def test_every_room_is_listed(self):
        self.assert_clean(unlisted_rooms(ROOT))

    def test_every_mutation_was_tried(self):
        self.assert_clean(untried_mutations(ROOT))

    def test_a_mutation_that_nobody_tried_is_seen(self):
        tree = self.plant({"docs/contract-suite.md": "| `scim/01-a` | … | … |\n",
                           "tests/mutations/scim/01-a.patch": "", "tests/mutations/scim/02-b.patch": ""})
        self.assertEqual(["docs/contract-suite.md has no row for scim/02-b: scripts/mutate --write scim/02-b"],
                         untried_mutations(tree))

    def test_a_target_that_is_not_proven_is_seen(self):
        tree = self.plant({"connectors/scim/target.h": "", "connectors/csv/source.h": "",
                           "tests/mutations/scim/01-a.patch": ""})
        self.assertEqual(["tests/contract/scim.cc is missing",
                          "tests/mutations/scim/ has 1 of 10 patches"], unproven_rooms(tree))

    def test_a_room_that_is_not_listed_is_seen(self):
        tree = self.plant({"connectors/scim/target.h": "",
                           "daemon/engine/catalogue.cc": "",
                           "connectors/sandbox/main.cc": ""})
        self.assertEqual(["daemon/engine/catalogue.cc does not list scim",
                          "connectors/sandbox/main.cc does not play scim"], unlisted_rooms(tree))

    def test_a_missing_piece_is_seen(self):
        pieces = {f"connectors/scim/{name}": "" for name in
                  ("README.md", "CMakeLists.txt", *TARGET_PIECES) if name != "convert.h"}
        tree = self.plant({**pieces, "tests/connectors/scim/convert_test.cc": ""})
        self.assertEqual(["connectors/scim/convert.h is missing"], missing_pieces(tree))

    def test_a_room_without_tests_is_seen(self):
        pieces = {f"connectors/csv/{name}": "" for name in
                  ("README.md", "CMakeLists.txt", *SOURCE_PIECES)}
        self.assertEqual(["tests/connectors/csv/ has no test"], missing_pieces(self.plant(pieces)))

    def test_a_room_that_is_not_built_is_seen(self):
        tree = self.plant({"connectors/scim/target.h": "",
                           "connectors/CMakeLists.txt": "add_subdirectory(csv)\n",
                           "tests/connectors/CMakeLists.txt": "add_subdirectory(scim)\n"})
        self.assertEqual(["connectors/CMakeLists.txt does not add scim"], unused_rooms(tree))
