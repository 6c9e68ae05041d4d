"""`prong list`, help, and the plugin path."""

import json
import os
import pty
import re
import shutil
import subprocess
import unittest
from pathlib import Path

from prong_command import EXAMPLES, PRONG, TRIALS, ProngTest, environment, prong, shell


class List(ProngTest):
    def modules(self, *words, **more):
        ended = prong("list", "--json", *words, **more)
        self.assertEqual((ended.status, ended.err), (0, b""))
        return json.loads(ended.out)

    def test_shows_functions_with_signatures_and_docs(self):
        out = prong("list").out.decode()
        self.assertIn(f"trials 2.1: What the tests of the command line call (MIT)\n  {TRIALS}/trials.so\n", out)
        self.assertRegex(out, r"\n  map     square\(x: f64\) -> f64 +x squared\n")
        self.assertRegex(out, r"\n  map     hypot\(x: f64, y: f64\) -> f64 +The length of the hypotenuse over x and y\n")
        self.assertRegex(out, r"\n  result  square\(results: \[f64\]\) -> str +The results as one line of text\n")
        self.assertNotIn("\x1b", out)

    def test_as_json(self):
        modules = self.modules()
        names = [module["module"] for module in modules]
        self.assertEqual(names[0], "trials")
        self.assertLessEqual({"examples", "text"}, set(names[1:]))  # others are there when their libraries are
        trials = modules[0]
        self.assertEqual(trials["file"], f"{TRIALS}/trials.so")
        self.assertEqual((trials["version"], trials["license"], trials["refusal"], trials["shadowed_by"]),
                         ("2.1", "MIT", None, None))
        self.assertRegex(trials["build_id"], "^[0-9a-f]{40}$")
        scale = [one for one in trials["functions"] if one["name"] == "trials.scale" and one["kind"] == "result"]
        self.assertEqual(scale, [{"kind": "result", "name": "trials.scale", "result": "f64", "pure": False,
                                  "prepared": False, "doc": "The sum, from an offset on",
                                  "symbol": "_ZN8resultfn6trials5scaleEPK11prong_batch",
                                  "parameters": [{"name": "results", "type": "[f64]"},
                                                 {"name": "offset", "type": "f64"}]}])

    def test_shows_what_is_shadowed_and_what_is_refused(self):
        folder = self.folder()
        shutil.copy(f"{EXAMPLES}/examples.so", folder)
        (folder / "text.so").write_text("no plugin\n")
        (folder / "empty.so").touch()
        (folder / "pipe\x1b[31m\n.so").mkdir()
        os.mkfifo(folder / "fifo.so")
        shutil.copy(f"{TRIALS}/trials.so", folder / "open.so")
        (folder / "open.so").chmod(0o777)
        words = ("--plugins", str(folder))
        modules = {(Path(one["file"]).parent == folder, one["module"] or Path(one["file"]).name): one
                   for one in self.modules(*words)}
        self.assertEqual(modules[False, "examples"]["shadowed_by"], f"{folder}/examples.so")
        self.assertIsNone(modules[True, "examples"]["refusal"])
        for name in ("text", "empty", "fifo", "open", "pipe\x1b[31m\n.so"):
            refusal = modules[True, name]["refusal"]
            self.assertTrue(refusal and refusal["code"] and refusal["required"] and refusal["found"], name)
            self.assertEqual(modules[True, name]["functions"], [])
        ended = prong("list", *words)
        self.assertEqual((ended.status, ended.err), (0, b""))
        self.assertNotIn(b"\x1b", ended.out)
        out = ended.out.decode()
        self.assertIn(f"  not used: {folder}/examples.so comes first\n", out)
        self.assertRegex(out, r"\ntext\n  [^\n]*/text\.so\n  refused \[[a-z-]+\]\n    required  [^\n]+\n    found     ")
        self.assertIn("pipe\\x1b[31m\\x0a.so", out)

    def test_of_nothing(self):
        installed = self.installed()
        ended = subprocess.run([installed / "bin/prong", "list"], env={"HOME": "/nonexistent"}, capture_output=True)
        self.assertEqual(ended.returncode, 0, ended.stderr)
        self.assertEqual(ended.stdout.decode(), "There are no plugins in\n  /nonexistent/.local/share/prong/plugins\n"
                                                f"  {installed}/lib/prong/plugins\n")

    def test_colours_are_for_terminals(self):
        for changes, coloured in (({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)):
            ours, theirs = pty.openpty()
            process = self.started("list", stdout=theirs, env=environment(**changes))
            os.close(theirs)
            shown = b""
            try:
                while chunk := os.read(ours, 65536):
                    shown += chunk
            except OSError:  # the end, to Linux
                pass
            os.close(ours)
            self.assertEqual(process.wait(), 0)
            self.assertEqual(b"\x1b[" in shown, coloured, changes)
            self.assertIn(b"square(x: f64) -> f64", shown)


class PluginPath(ProngTest):
    def test_a_plugin_copied_into_a_folder_is_listed_and_runs(self):
        folder = self.folder()
        shutil.copy(f"{TRIALS}/trials.so", folder)
        for words, env in ((["--plugins", folder], environment(PRONG_PLUGIN_PATH="")),
                           ([], environment(PRONG_PLUGIN_PATH=str(folder))),
                           ([], environment(PRONG_PLUGIN_PATH=f"/nonexistent:{folder}"))):
            ended = prong("list", *words, env=env)
            self.assertIn(f"\n  {folder}/trials.so\n".encode(), ended.out)
            self.check("map", "trials.number", "3", *words, env=env, out=b"3\n")
        ended = prong("map", "trials.number", "3", env=environment(PRONG_PLUGIN_PATH=""))
        self.assertEqual(ended.status, 3)

    def test_just_the_names(self):
        names = prong("list", "--names").out.decode().split()
        modules = json.loads(prong("list", "--json").out)
        self.assertEqual(names, [function["name"] for module in modules if not module["refusal"]
                                 for function in module["functions"] if function["kind"] == "map"])
        self.check_usage("list", "--names", "--json", err=b"--names prints lines, and --json a document: which?")

    def test_the_first_folder_wins(self):
        first, second = self.folder(), self.folder()
        for folder in (first, second):
            shutil.copy(f"{TRIALS}/trials.so", folder)
        for order in ((first, second), (second, first)):
            words = [word for folder in order for word in ("--plugins", str(folder))]
            files = [one["file"] for one in json.loads(prong("list", "--json", *words).out)
                     if one["module"] == "trials" and not one["shadowed_by"]]
            self.assertEqual(files, [f"{order[0]}/trials.so"])


class Help(ProngTest):
    def examples(self, command):
        out = prong(command, "--help").out.decode()
        return re.findall(r"^  (.*prong .*)$", out[out.index("Examples:"):], re.MULTILINE)

    def test_of_each_command_has_examples_that_work(self):
        script_head = 'prong() { "$PRONG" "$@"; }; set -e -o pipefail; '
        folder = self.folder()
        shutil.copy(f"{EXAMPLES}/examples.so", folder)
        for name, text in (("points.csv", "x,y\n3,4\n"), ("numbers.jsonl", "4\n9\n"), ("notes.txt", "a\n")):
            (folder / name).write_text(text)
        for command in ("run", "map", "call", "bench", "list", "info", "check", "new"):
            examples = self.examples(command)
            self.assertGreater(len(examples), 1)
            for example in examples:
                with self.subTest(example):
                    ended = shell(script_head + example, cwd=folder)
                    self.assertEqual((ended.status, ended.err), (0, b""))
                    # Nothing had failed that could be run again.
                    self.assertEqual(bool(ended.out), "--output" not in example and "--again" not in example)

    def test_names_every_option(self):
        text = prong("map", "--help").out.decode()
        for option in ("--range", "-R", "-0", "-j", "--chunk", "--bind", "--on-error", "--unordered", "--seed", "-r",
                       "--plugins", "--input", "--again", "--files", "--output", "--timeout", "--retries", "--failures",
                       "--journal", "--resume", "--progress", "--core", "--json", "--sandbox", "--memory", "--cpu", "--descriptors",
                       "--allow-read", "--log", "--trace", "--report", "--on", "--key", "--insecure", "--any-build",
                       "--patience"):
            self.assertRegex(text, rf"(?m)^  (--?[a-zA-Z0],)?(-.,)?{option}[ ,]", option)

    def test_can_be_had_in_several_ways(self):
        for words in (["--help"], ["-h"], ["help"]):
            ended = prong(*words)
            self.assertEqual((ended.status, ended.err), (0, b""))
            for command in ("run", "map", "call", "list", "info", "check"):
                self.assertRegex(ended.out.decode(), rf"\n  {command} +[A-Z]")
        texts = {prong(*words).out for words in (["map", "--help"], ["map", "-h"], ["help", "map"], ["--help", "map"],
                                                 ["map", "examples.square", "--help"])}
        self.assertEqual(len(texts), 1)

    def test_lines_are_short(self):
        for words in (["--help"], *([command, "--help"] for command in ("run", "map", "call", "list", "info", "check"))):
            for line in prong(*words).out.decode().splitlines():
                self.assertLessEqual(len(line), 100)

    def test_version(self):
        text = prong("--version").out
        self.assertRegex(text, rb"^prong \d+\.\d+\.\d+\n$")
        document = json.loads(prong("--version", "--json").out)
        self.assertEqual(document, {"version": text.split()[1].decode(), "abi": [1, 0]})
        self.check_usage("--version", "x", err=b"--version takes --json or nothing, and there is 'x'")


if __name__ == "__main__":
    unittest.main()
