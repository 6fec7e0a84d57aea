"""`--help`, docs/commands.md, the manual page and the completion say the same.

    python3 commands_test.py --update PROGRAM     writes the help of every command into docs/commands.md
"""

import os
import re
import subprocess
import sys

from tree import ROOT, TreeTest

DOCUMENT = ROOT / "docs" / "commands.md"
MANUAL = ROOT / "docs" / "usher.1"
COMPLETION = ROOT / "daemon" / "cli" / "usher.bash-completion"
BLOCK = re.compile(r"^```console\n\$ (usher[a-z -]*) --help\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def subcommands(help_text):
    """The commands that a help text lists: indented lower-case words outside options and positionals."""
    found, section = [], ""
    for line in help_text.splitlines():
        if line and not line.startswith(" "):
            section = line
        name = re.match(r"  ([a-z][a-z-]*)(?:\s|$)", line)
        if name and not section.startswith(("Options", "Positionals")):
            found.append(name[1])
    return found


def help_of_all(program):
    """`usher`, `usher plan`, `usher links list`, … → what `--help` prints."""
    texts, waiting = {}, ["usher"]
    while waiting:
        command = waiting.pop(0)
        ran = subprocess.run([program, *command.split()[1:], "--help"], capture_output=True, text=True,
                             env={"PATH": os.environ["PATH"]}, check=True)
        texts[command] = ran.stdout.rstrip() + "\n"
        waiting += [f"{command} {name}" for name in subcommands(ran.stdout)]
    return texts


def differences(document, texts):
    documented = dict(BLOCK.findall(document))
    complaints = [f"docs/commands.md does not show `{command} --help`"
                  for command in texts if command not in documented]
    complaints += [f"docs/commands.md shows `{command}`, which the program does not know"
                   for command in documented if command not in texts]
    complaints += [f"`{command} --help` prints:\n{text}docs/commands.md says:\n{documented[command]}"
                   for command, text in texts.items() if documented.get(command, text) != text]
    return complaints


def update(document, texts):
    """The document with every block as the program says it; new commands come last."""
    document = BLOCK.sub(
        lambda found: block(found[1], texts[found[1]]) if found[1] in texts else found[0], document)
    documented = dict(BLOCK.findall(document))
    for command, text in texts.items():
        if command not in documented:
            document += f"\n## {command}\n\n{block(command, text)}\n"
    return document


def block(command, text):
    return f"```console\n$ {command} --help\n{text}```"


def rendered_manual():
    ran = subprocess.run(["groff", "-man", "-ww", "-Tascii", "-P-c", "-rLL=100n", "-rHY=0", MANUAL],
                         capture_output=True, text=True, check=True)
    return re.sub(r".\x08", "", ran.stdout), ran.stderr


def complete(program, *words):
    script = f"""
        usher() {{ {program} "$@"; }}
        source {COMPLETION}
        COMP_WORDS=(usher "$@") COMP_CWORD=$#
        _usher
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    ran = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True,
                         check=True)
    return ran.stdout.split()


class CommandsTest(TreeTest):
    @classmethod
    def setUpClass(cls):
        cls.program = os.environ["USHER"]
        cls.texts = help_of_all(cls.program)
        cls.options = {option for text in cls.texts.values() for option in OPTION.findall(text)}

    def test_the_document_shows_every_help_text(self):
        self.assert_clean(differences(DOCUMENT.read_text(), self.texts))

    def test_the_manual_is_clean_roff(self):
        self.assertEqual("", rendered_manual()[1])

    def test_the_manual_names_every_command_and_option(self):
        text = rendered_manual()[0]
        commands = [command.removeprefix("usher ") for command in self.texts if command != "usher"]
        self.assert_clean([name for name in (*commands, *sorted(self.options)) if name not in text])

    def test_the_manual_names_no_option_that_is_not_there(self):
        self.assert_clean(sorted(set(OPTION.findall(rendered_manual()[0])) - self.options))

    def test_commands_and_options_are_completed(self):
        self.assertEqual(["plan"], complete(self.program, "pla"))
        self.assertIn("--format", complete(self.program, "plan", "--fo"))
        self.assertEqual(["json"], complete(self.program, "plan", "--format", "js"))


class CommandsRuleTest(TreeTest):
    def test_commands_are_read_from_a_help_text(self):
        text = ("Gives seats\nUsage: usher [OPTIONS]\n\nOptions:\n  -h,--help  this\n  out of here\n"
                "\nSubcommands:\n  init   creates\n  links\n")
        self.assertEqual(["init", "links"], subcommands(text))

    def test_an_old_block_is_seen_and_mended(self):
        old = "# usher\n\n```console\n$ usher plan --help\nold\n```\n"
        new = {"usher plan": "new\n", "usher apply": "apply\n"}
        self.assertEqual(2, len(differences(old, new)))
        self.assert_clean(differences(update(old, new), new))

    def test_a_command_that_is_gone_is_seen(self):
        self.assertEqual(1, len(differences("```console\n$ usher sing --help\nla\n```\n", {})))


if __name__ == "__main__" and sys.argv[1:2] == ["--update"]:
    DOCUMENT.write_text(update(DOCUMENT.read_text(), help_of_all(sys.argv[2])))
