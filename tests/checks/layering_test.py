"""Who may include whom, and which library may be used where.

Linking is no protection: the headers of all libraries lie in one directory of the distribution.
"""

import re

from tree import LAYERS, ROOT, TreeTest, files, includes

# A library (the beginning of its includes) → the folders that may use it. A new library is a
# decision: it gets a line here.
LIBRARIES = {
    "CLI/": ["daemon/cli", "connectors/sandbox"],
    "Poco/JSON/": [],  # a fortieth of simdjson's speed
    "Poco/": ["connectors", "daemon"],
    "SQLiteCpp/": ["daemon/store"],
    "fmt/": [""],
    "lber.h": ["connectors/ldap"],
    "ldap.h": ["connectors/ldap"],
    "nlohmann/": ["config", "connectors", "daemon"],
    "openssl/": ["config", "connectors", "daemon"],
    "prometheus/": ["daemon/service"],
    "re2/": ["mapping", "config", "connectors"],
    "regex": [],  # std::regex recurses once per character of foreign input; use RE2
    "sasl/": ["connectors/ldap"],
    "simdjson.h": ["connectors"],
    "sqlite3.h": ["daemon/store"],
    "systemd/": ["daemon/service"],
    "utf8proc.h": ["mapping", "daemon/report"],
    "xxhash.h": ["mapping", "connectors/ldap", "connectors/polytomic", "daemon"],
    "yaml-cpp/": ["config"],
    "zlib.h": ["connectors/http"],
}
PROVIDED_BY_THE_SYSTEM = ("sys/", "netinet/", "arpa/", "linux/", "net/")

# The pure heart takes values and returns values.
IMPURE_HEADERS = {
    "filesystem", "fstream", "iostream", "fcntl.h", "unistd.h", "poll.h", "netdb.h", "syslog.h",
    "thread", "mutex", "condition_variable", "future", "pthread.h",
    "ctime", "time.h", "random",
}
IMPURE_CALLS = re.compile(r"\w+_clock\b|\bnow\s*\(|\bgetenv\s*\(|\brand\s*\(|\bf?printf\s*\(|"
                          r"\bfopen\s*\(|\bstd::c(?:out|err)\b")


def layer(path):
    return path.parts[0]


def room(path):
    """`connectors/csv` of `connectors/csv/source.h`; empty outside the rooms."""
    return "/".join(path.parts[:2]) if layer(path) == "connectors" and len(path.parts) > 2 else ""


def may_include(path, header):
    """Whether the file at `path` may include the project's `header`."""
    from_layer, to_layer = layer(path), header.split("/")[0]
    if to_layer == from_layer != "connectors" or to_layer == "mapping":
        return True
    if from_layer == "mapping":
        return False
    if from_layer == "config":
        return False
    if from_layer == "connectors":
        return to_layer == "connectors" and connector_may_include(path, header)
    return to_layer in LAYERS


def connector_may_include(path, header):
    parts = header.split("/")
    shared = len(parts) == 2 or parts[1] == "http" or "/".join(parts[:2]) == room(path)
    # A provider's fake stands on the sandbox's server; the sandbox's program starts every fake.
    fake = path.stem.startswith("sandbox") and parts[1] == "sandbox"
    serves = room(path) == "connectors/sandbox" and parts[-1].startswith("sandbox")
    return shared or fake or serves


def wrong_directions(root):
    complaints = []
    generated = {path.stem for path in files(root, suffixes=(".in",))}
    for path in files(root, *LAYERS, suffixes=(".h", ".cc")):
        for line, header, quoted in includes(root, path):
            if header in generated:
                continue
            if quoted and header.split("/")[0] not in LAYERS:
                complaints.append(f"{path}:{line}: \"{header}\" is not written from the root")
            elif quoted and not may_include(path, header):
                complaints.append(f"{path}:{line}: {layer(path)}/ may not include {header}")
    return complaints


def tests_above_their_layer(root):
    """Below tests/ only what mirrors the daemon, or runs all of it, knows the daemon."""
    allowed = ("tests/daemon/", "tests/e2e/", "tests/contract/", "tests/fuzz/", "tests/golden/")
    return [f"{path}:{line}: a test of a lower layer may not include {header}"
            for path in files(root, "tests", suffixes=(".h", ".cc"))
            for line, header, quoted in includes(root, path)
            if quoted and header.startswith("daemon/") and not str(path).startswith(allowed)]


def library_of(header):
    return max((name for name in LIBRARIES if header == name or
                (name.endswith("/") and header.startswith(name))), key=len, default=None)


def misplaced_libraries(root):
    complaints = []
    for path in files(root, *LAYERS, suffixes=(".h", ".cc")):
        for line, header, quoted in includes(root, path):
            library = library_of(header)
            if quoted:
                continue
            if library is not None:
                if not any(str(path).startswith(folder) for folder in LIBRARIES[library]):
                    places = ", ".join(f or "everywhere" for f in LIBRARIES[library]) or "nowhere"
                    complaints.append(f"{path}:{line}: <{header}> belongs in: {places}")
            elif "/" in header and not header.startswith(PROVIDED_BY_THE_SYSTEM):
                complaints.append(f"{path}:{line}: <{header}> is of a library that LIBRARIES in "
                                  "tests/checks/layering_test.py does not know")
    return complaints


def impurities(root):
    complaints = []
    for path in files(root, "mapping", suffixes=(".h", ".cc")):
        for line, header, _ in includes(root, path):
            if header in IMPURE_HEADERS or header.startswith("sys/"):
                complaints.append(f"{path}:{line}: mapping/ is pure, <{header}> is not")
        for number, text in enumerate((root / path).read_text().splitlines(), 1):
            found = IMPURE_CALLS.search(text.split("//")[0])
            if found:
                complaints.append(f"{path}:{number}: mapping/ is pure, {found[0].strip()} is not")
    return complaints


class LayeringTest(TreeTest):
    def test_includes_go_in_one_direction(self):
        self.assert_clean(wrong_directions(ROOT))

    def test_lower_tests_do_not_know_the_daemon(self):
        self.assert_clean(tests_above_their_layer(ROOT))

    def test_libraries_stay_where_they_belong(self):
        self.assert_clean(misplaced_libraries(ROOT))

    def test_the_heart_is_pure(self):
        self.assert_clean(impurities(ROOT))


class LayeringRuleTest(TreeTest):
    """Each rule sees the file that breaks it."""

    def test_wrong_directions_are_seen(self):
        cases = {
            "mapping/a.cc": "config/settings.h",
            "config/a.cc": "connectors/target.h",
            "connectors/csv/a.cc": "connectors/ldap/source.h",
            "connectors/csv/b.cc": "daemon/engine/run.h",
            "connectors/ldap/c.cc": "config/settings.h",
            "connectors/timelines/client.cc": "connectors/sandbox/server.h",
            "connectors/target.cc": "connectors/csv/source.h",
            "daemon/main.cc": "store/store.h",
        }
        for path, header in cases.items():
            with self.subTest(path=path):
                tree = self.plant({path: f'#pragma once\n#include "{header}"\n'})
                self.assertEqual(1, len(wrong_directions(tree)))

    def test_right_directions_pass(self):
        tree = self.plant({
            "mapping/a.cc": '#include "mapping/b.h"\n',
            "config/a.cc": '#include "mapping/b.h"\n#include "config/b.h"\n',
            "connectors/csv/a.cc": '#include "connectors/csv/b.h"\n#include "connectors/source.h"\n',
            "connectors/scim/sandbox.cc": '#include "connectors/sandbox/server.h"\n',
            "connectors/sandbox/main.cc": '#include "connectors/scim/sandbox.h"\n',
            "daemon/a.cc": '#include "connectors/csv/source.h"\n#include "usher_version.h"\n',
            "daemon/usher_version.h.in": "",
        })
        self.assert_clean(wrong_directions(tree))

    def test_a_connector_test_that_knows_the_daemon_is_seen(self):
        tree = self.plant({"tests/connectors/csv/a_test.cc": '#include "daemon/engine/run.h"\n'})
        self.assertEqual(1, len(tests_above_their_layer(tree)))

    def test_misplaced_and_unknown_libraries_are_seen(self):
        for header in ("SQLiteCpp/Database.h", "yaml-cpp/yaml.h", "regex", "boost/asio.hpp"):
            with self.subTest(header=header):
                tree = self.plant({"connectors/csv/a.cc": f"#include <{header}>\n"})
                self.assertEqual(1, len(misplaced_libraries(tree)))

    def test_the_longest_library_name_decides(self):
        tree = self.plant({"connectors/http/a.cc": "#include <Poco/JSON/Parser.h>\n"})
        self.assertEqual(1, len(misplaced_libraries(tree)))

    def test_impurities_are_seen(self):
        for text in ("#include <fstream>", "#include <sys/socket.h>", "#include <mutex>",
                     "auto t = std::chrono::system_clock::now();", 'getenv("HOME");'):
            with self.subTest(text=text):
                self.assertTrue(impurities(self.plant({"mapping/a.cc": text + "\n"})))
