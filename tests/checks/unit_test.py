"""The systemd files: accepted by systemd's own tools, and the sandbox as tight as promised."""

import re
import subprocess

from tree import ROOT, TreeTest

SYSTEMD = ROOT / "systemd"
WORST = 1.5  # of systemd-analyze security


def exposure(unit):
    ran = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                         capture_output=True, text=True, check=False)
    return float(re.search(r"exposure level for \S+: ([\d.]+)", ran.stdout)[1])


class UnitTest(TreeTest):
    def setUp(self):
        self.unit = (SYSTEMD / "usher.service").read_text()

    def verify(self, unit, drop_in="[Service]\n"):
        """What systemd says about a unit and a drop-in. The program need not be installed for that."""
        tree = self.plant({"usher.service": unit.replace("/usr/bin/usher", "/bin/true"),
                           "usher.service.d/credentials.conf": drop_in})
        ran = subprocess.run(["systemd-analyze", "verify", "--man=no", tree / "usher.service"],
                             capture_output=True, text=True, check=False)
        return [line for line in ran.stderr.splitlines() if "usher" in line]

    def test_the_unit_is_accepted(self):
        self.assert_clean(self.verify(self.unit))

    def test_the_unit_is_accepted_with_the_credentials_example(self):
        self.assert_clean(self.verify(self.unit, (SYSTEMD / "credentials.conf").read_text()))

    def test_an_unknown_setting_is_seen(self):
        self.assertTrue(self.verify(self.unit.replace("[Service]\n", "[Service]\nNonsense=yes\n")))
        self.assertTrue(self.verify(self.unit, "[Service]\nLoadCredentials=a:b\n"))

    def test_the_sandbox_is_tight(self):
        self.assertLessEqual(exposure(SYSTEMD / "usher.service"), WORST)

    def test_a_hole_in_the_sandbox_is_seen(self):
        tree = self.plant({"usher.service": re.sub(r"System(?=CallFilter)|^User=.*", "#", self.unit,
                                                   flags=re.MULTILINE)})
        self.assertGreater(exposure(tree / "usher.service"), WORST)

    def test_what_usher_needs_is_left_open(self):
        self.assertIn("RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n", self.unit)
        self.assertNotRegex(self.unit, r"(?m)^(?:PrivateNetwork|DynamicUser)=yes|^IPAddressDeny")

    def test_it_leaves_no_core_and_does_not_restart_on_a_broken_configuration(self):
        self.assertIn("\nLimitCORE=0\n", self.unit)
        self.assertIn("\nRestartPreventExitStatus=3\n", self.unit)
