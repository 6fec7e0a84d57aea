"""The shell scripts: they parse, stop at the first failure and work from any folder."""

import os
import shutil
import subprocess
import unittest

from tree import ROOT, TreeTest, files


def scripts(root):
    return [path for path in files(root, "scripts", ".ci")]


def complaints_about(root, path):
    text = (root / path).read_text()
    found = []
    if not text.startswith("#!/usr/bin/env bash\n"):
        found.append(f"{path} does not begin with #!/usr/bin/env bash")
    if "\nset -euo pipefail\n" not in text:
        found.append(f"{path} lacks `set -euo pipefail`")
    if not os.access(root / path, os.X_OK):
        found.append(f"{path} is not executable")
    parsed = subprocess.run(["bash", "-n", root / path], capture_output=True, text=True, check=False)
    if parsed.returncode:
        found.append(parsed.stderr)
    return found


class ScriptsTest(TreeTest):
    def test_scripts_are_well_formed(self):
        self.assertTrue(scripts(ROOT))
        self.assert_clean([line for path in scripts(ROOT) for line in complaints_about(ROOT, path)])

    def test_maintainer_scripts_and_completion_parse(self):
        for path in ("cmake/debian/postinst", "cmake/debian/prerm", "cmake/debian/postrm"):
            subprocess.run(["sh", "-n", ROOT / path], check=True)
        subprocess.run(["bash", "-n", ROOT / "daemon/cli/usher.bash-completion"], check=True)

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_is_content(self):
        checked = subprocess.run(
            ["shellcheck", "--severity=warning", "--exclude=SC1007", *scripts(ROOT),
             "cmake/debian/postinst", "cmake/debian/prerm", "cmake/debian/postrm"], cwd=ROOT, capture_output=True, text=True, check=False)
        self.assertEqual("", checked.stdout)

    def test_a_sloppy_script_is_seen(self):
        tree = self.plant({"scripts/bad": "#!/bin/sh\nif true; then\n"})
        self.assertEqual(4, len(complaints_about(tree, "scripts/bad")))

    def test_bootstrap_refuses_what_it_does_not_know(self):
        ran = subprocess.run([ROOT / "scripts/bootstrap", "--nonsense"], cwd="/",
                             capture_output=True, text=True, check=False)
        self.assertEqual(64, ran.returncode)
        self.assertIn("--nonsense", ran.stderr)
