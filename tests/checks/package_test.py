"""The Debian package of this build: what is in it, and that it comes and goes without a trace."""

import os
import shutil
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

from tree import TreeTest

CONTENT = """
/etc/usher/usher.yaml
/usr/bin/usher
/usr/bin/usher-sandbox
/usr/lib/systemd/system/usher.service
/usr/lib/sysusers.d/usher.conf
/usr/lib/tmpfiles.d/usher.conf
/usr/share/bash-completion/completions/usher
/usr/share/doc/usher/copyright
/usr/share/doc/usher/examples/usher.yaml
/usr/share/man/man1/usher.1.gz
/usr/share/usher/usher.schema.json
""".split()


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options)


class PackageTest(TreeTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="usher-package-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        run(os.environ["CPACK"], "-G", "DEB", "-B", cls.folder,
            "--config", f"{os.environ['USHER_BUILD']}/CPackConfig.cmake")
        (cls.package,) = cls.folder.glob("usher_*.deb")

    def field(self, name):
        return run("dpkg-deb", "--field", self.package, name).stdout

    def dpkg(self, root, *arguments):
        """dpkg on a root of its own. Maintainer scripts run outside and are told the root."""
        as_root = [] if os.geteuid() == 0 else ["fakeroot"]
        return run(*as_root, "dpkg", f"--root={root}", "--force-depends",
                   "--force-script-chrootless", "--force-not-root", *arguments)

    def empty_root(self):
        root = Path(tempfile.mkdtemp(prefix="root-", dir=self.folder))
        for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc"):
            (root / folder).mkdir(parents=True)
        (root / "var/lib/dpkg/status").touch()
        return root

    def test_it_holds_what_belongs_to_usher(self):
        lines = run("dpkg-deb", "--contents", self.package).stdout.splitlines()
        paths = {line.split(maxsplit=5)[5].removeprefix(".") for line in lines}
        self.assert_clean([path for path in CONTENT if path not in paths])
        self.assert_clean([line for line in lines if " root/root " not in line])
        self.assert_clean([path for path in paths if "/include/" in path or path.endswith(".a")])

    def test_its_fields_say_what_it_needs(self):
        self.assertIn("libpoco", self.field("Depends"))
        self.assertIn("libldap", self.field("Depends"))
        self.assertIn("identity sync", self.field("Description"))

    def test_the_configuration_is_kept_over_upgrades(self):
        self.assertEqual("/etc/usher/usher.yaml\n",
                         run("dpkg-deb", "--info", self.package, "conffiles").stdout)

    def test_the_unit_starts_the_packaged_program(self):
        root = self.folder / "content"
        run("dpkg-deb", "--extract", self.package, root)
        unit = (root / "usr/lib/systemd/system/usher.service").read_text()
        self.assertIn("ExecStart=/usr/bin/usher daemon\n", unit)
        self.assertTrue(os.access(root / "usr/bin/usher", os.X_OK))

    def test_it_comes_and_goes(self):
        root = self.empty_root()
        self.dpkg(root, "--install", self.package)
        self.assertIn("usher:", (root / "etc/passwd").read_text())
        self.assertEqual(0o700, stat.S_IMODE((root / "etc/usher/credentials").stat().st_mode))
        self.assertEqual(0o700, stat.S_IMODE((root / "var/lib/usher").stat().st_mode))

        (root / "var/lib/usher/state.db").write_text("links")
        self.dpkg(root, "--remove", "usher")
        self.assertTrue((root / "etc/usher/usher.yaml").exists())
        self.dpkg(root, "--purge", "usher")
        self.assertFalse((root / "etc/usher/usher.yaml").exists())
        self.assertTrue((root / "var/lib/usher/state.db").exists(), "the state is never removed")
        left = [str(path.relative_to(root)) for path in root.glob("usr/**/*") if path.is_file()]
        self.assert_clean(left)

    def test_a_second_version_replaces_the_first(self):
        root = self.empty_root()
        self.dpkg(root, "--install", self.package)
        (root / "etc/usher/usher.yaml").write_text("version: 1  # mine\n")
        self.dpkg(root, "--install", self.package)
        self.assertEqual("version: 1  # mine\n", (root / "etc/usher/usher.yaml").read_text())

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_no_error(self):
        # The maintainer's address is set by whoever builds the package.
        found = subprocess.run(["lintian", "--fail-on=none", "--suppress-tags=bogus-mail-host",
                                self.package], capture_output=True, text=True, check=False).stdout
        self.assert_clean([line for line in found.splitlines() if line.startswith("E:")])
