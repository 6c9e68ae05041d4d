"""Manual pages and completions, which are made of the same tables as --help."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from prong_command import PRONG, TRIALS, ProngTest, environment, prong

SHARE = Path(PRONG).parent.parent / "share"
COMMANDS = ("run", "map", "call", "bench", "worker", "list", "info", "check", "new")


def installed(*programs):
    """Each may be missing: then the test says so and passes over."""
    missing = [program for program in programs if not shutil.which(program)]
    return unittest.skipIf(missing, f"there is no {' and no '.join(missing)} here")


def options_of(command):
    """From its help: --name, and whether it takes a value."""
    text = prong(command, "--help").out.decode()
    return re.findall(r"(?m)^  (?:-\w,)?(--[a-z-]+)", text)


def with_prong_on_path(**changes):
    return environment(PATH=f"{Path(PRONG).parent}:{os.environ['PATH']}", **changes)


class Manual(ProngTest):
    def pages(self):
        return [SHARE / "man/man1" / name for name in ("prong.1", *(f"prong-{command}.1" for command in COMMANDS))]

    def test_has_a_page_for_each_command(self):
        self.assertEqual(sorted(self.pages()), sorted((SHARE / "man/man1").iterdir()))

    @installed("groff")
    def test_is_without_mistakes(self):
        for page in self.pages():
            ended = subprocess.run(["groff", "-ww", "-man", "-Tutf8", "-z", page], capture_output=True, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (0, b""), page)

    @installed("man")
    def test_says_what_help_says(self):
        for command in COMMANDS:
            ended = subprocess.run(["man", "-l", SHARE / f"man/man1/prong-{command}.1"], capture_output=True, check=True,
                                   env=environment(MANWIDTH="100", MANPAGER="cat", LC_ALL="C.UTF-8"))
            text = re.sub(".\b", "", ended.stdout.decode())
            help_text = prong(command, "--help").out.decode()
            for option in options_of(command):
                self.assertRegex(text, rf"(?m)^ +(-\w, )?{option}\b", command)
            for example in re.findall(r"(?m)^  (.*prong .*)$", help_text[help_text.index("Examples:"):]):
                self.assertIn(example, text)


class Bash(ProngTest):
    def completed(self, *words, at=-1, env=None):
        """What is offered for the last word, as bash has cut the line into words."""
        script = ('source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
                  '_prong 2>&1; printf "%s\\n" "${COMPREPLY[@]}"')
        ended = subprocess.run(["bash", "-c", script, "bash", SHARE / "bash-completion/completions/prong", "prong", *words],
                               capture_output=True, check=True, env=env or with_prong_on_path())
        return ended.stdout.decode().split()

    def test_of_commands(self):
        self.assertEqual(sorted(self.completed("")), sorted([*COMMANDS, "help", "--help", "--version"]))
        self.assertEqual(self.completed("li"), ["list"])
        self.assertEqual(self.completed("help", "li"), ["list"])

    def test_of_options(self):
        for command in COMMANDS:
            self.assertEqual(sorted(self.completed(command, "-")), sorted(options_of(command)))
        self.assertEqual(self.completed("map", "trials.echo", "x", "--unord"), ["--unordered"])

    def test_of_functions(self):
        self.assertEqual(sorted(self.completed("map", "trials.fail_o")), ["trials.fail_odd", "trials.fail_once"])
        self.assertEqual(self.completed("call", "-r", "--seed", "3", "trials.ech"), ["trials.echo"])
        self.assertEqual(self.completed("call", "--seed", "=", "3", "trials.ech"), ["trials.echo"])
        self.assertIn("trials", self.completed("info", "tria"))
        self.assertNotIn("trials", self.completed("map", "tria"))

    def test_of_functions_in_a_folder_that_is_named(self):
        env = with_prong_on_path(PRONG_PLUGIN_PATH="")
        self.assertEqual(self.completed("map", "trials.ech", env=env), [])
        self.assertEqual(self.completed("map", "--plugins", TRIALS, "trials.ech", env=env), ["trials.echo"])
        self.assertEqual(self.completed("map", "--plugins", "=", TRIALS, "trials.ech", env=env), ["trials.echo"])

    def test_of_values(self):
        self.assertEqual(self.completed("map", "--on-error", ""), ["skip", "stop", "null"])
        self.assertEqual(self.completed("run", "--on-error", ""), ["skip", "stop"])
        self.assertEqual(self.completed("map", "--on-error", "=", "sk"), ["skip"])
        self.assertEqual(self.completed("map", "--on-error", "="), ["skip", "stop", "null"])
        self.assertEqual(self.completed("map", "--chunk", ""), [])
        folder = self.folder()
        (folder / "points.csv").touch()
        (folder / "plugins").mkdir()
        self.assertEqual(self.completed("map", "--input", f"{folder}/po"), [f"{folder}/points.csv"])
        self.assertEqual(self.completed("map", "--plugins", f"{folder}/"), [f"{folder}/plugins"])
        self.assertEqual(self.completed("map", "trials.size", "--files", f"{folder}/po"), [f"{folder}/points.csv"])
        self.assertEqual(self.completed("check", f"{folder}/po"), [f"{folder}/points.csv"])


class Fish(ProngTest):
    @installed("fish")
    def test_of_commands_options_functions_and_values(self):
        def completed(line):
            ended = subprocess.run(["fish", "--no-config", "-c", 'source $argv[1]; complete -C $argv[2]',
                                    SHARE / "fish/vendor_completions.d/prong.fish", line],
                                   capture_output=True, check=True, env=with_prong_on_path(HOME=str(self.folder())))
            self.assertEqual(ended.stderr, b"")
            return [offered.split("\t")[0] for offered in ended.stdout.decode().splitlines()]

        self.assertEqual(sorted(completed("prong ")), sorted([*COMMANDS, "help"]))
        for command in COMMANDS:
            self.assertEqual(sorted(completed(f"prong {command} --")), sorted(options_of(command)))
        self.assertEqual(completed("prong map trials.ech"), ["trials.echo"])
        self.assertIn("trials", completed("prong info tria"))
        self.assertEqual(completed("prong map --on-error s"), ["skip", "stop"])


class Zsh(ProngTest):
    @installed("zsh")
    def test_of_commands_options_functions_and_values(self):
        """What the function would give to zsh's own, which need a line editor."""
        def completed(*words, state="argument"):
            script = """
              compdef() { }
              compadd() { print -rl -- $names }
              _describe() { print -rl -- ${(P)2} }
              _arguments() { [[ $1 == -C ]] && state=$wanted || print -rl -- "$@" }
              source $1; wanted=$2; shift 2; words=("$@"); CURRENT=$#; _prong
              [[ $wanted == names ]] && _prong_names $words[1]
              true"""
            ended = subprocess.run(["zsh", "-f", "-c", script, "zsh", SHARE / "zsh/site-functions/_prong", state, *words],
                                   capture_output=True, check=True, env=with_prong_on_path())
            self.assertEqual(ended.stderr, b"")
            return ended.stdout.decode().splitlines()

        self.assertEqual([line.split(":")[0] for line in completed(state="command")], [*COMMANDS, "help"])
        for command in COMMANDS:
            names = [re.match(r"\*(--[a-z-]+)", line) for line in completed(command)]
            self.assertEqual(sorted(name[1] for name in names if name), sorted(options_of(command)))
        self.assertIn("1:function:_prong_names", completed("map"))
        self.assertTrue(any("(skip stop null)" in line for line in completed("map")))
        self.assertIn("trials.echo", completed("map", "--plugins", TRIALS, "", state="names"))
        self.assertIn("trials", completed("info", "", state="names"))


if __name__ == "__main__":
    unittest.main()
