"""--json of map, run and call: an object for each outcome."""

import json
import unittest

from prong_command import ProngTest, prong

ODD = {"outcome": "threw", "message": "threw: std::domain_error: odd in trials.fail_odd"}


class Objects(ProngTest):
    def objects(self, *words, **more):
        """Without the builds of what failed, which all have."""
        ended = prong(*words, "--json", **more)
        objects = [json.loads(line) for line in ended.out.splitlines()]
        for one in objects:
            if one["outcome"] != "returned":
                self.assertRegex(one.pop("build_id"), r"^[0-9a-f]{40}$")
        return objects, ended

    def test_of_each_input_in_order(self):
        objects, ended = self.objects("map", "trials.fail_odd", "0", "1", "2", "x", "-j", "1")
        self.assertEqual(objects, [
            {"index": 0, "outcome": "returned", "value": 0}, {"index": 1, **ODD}, {"index": 2, "outcome": "returned", "value": 2},
            {"index": 3, "outcome": "rejected", "message": "rejected: expected f64, found x"}])
        self.assertEqual((ended.status, ended.err), (1, b"prong: item 1: threw: std::domain_error: odd in trials.fail_odd\n"
                                                        b"prong: item 3: rejected: expected f64, found x\n"))

    def test_of_strings(self):
        self.check("map", "trials.echo", "--json", "a\nb", "", out=(
            b'{"index":0,"outcome":"returned","value":"a\\nb"}\n{"index":1,"outcome":"returned","value":""}\n'))

    def test_of_a_crash_have_all_that_is_known(self):
        objects, _ = self.objects("map", "examples.crash", "0", "1")
        crash = objects[1]["crash"]
        self.assertEqual((objects[1]["index"], objects[1]["outcome"], crash["signal"], crash["code"], crash["address"]),
                         (1, "crashed", 11, 1, "0x0"))
        self.assertIn("crash", crash["frames"][0]["function"])
        self.assertEqual((crash["input"], "input_cut" in crash), ("1", False))

    def test_of_a_crash_have_the_beginning_of_a_long_input(self):
        objects, _ = self.objects("map", "trials.twice", "crash\n\"" + 200 * "é")
        crash = objects[0]["crash"]
        self.assertEqual((json.loads(crash["input"]), crash["input_cut"]), ("crash\n\"" + 124 * "é", True))

    def test_of_a_signal_have_no_code_that_is_not_known(self):
        objects, _ = self.objects("map", "trials.die_by", "9", "11")
        self.assertEqual([(one["crash"]["signal"], "code" in one["crash"]) for one in objects], [(9, False), (11, True)])
        self.assertGreater(objects[1]["crash"]["sender"], 0)

    def test_of_many(self):
        for words in ([], ["--unordered"], ["--chunk", "7", "-j", "3"]):
            objects, _ = self.objects("map", "trials.fail_odd", "--range", "20000", *words)
            self.assertEqual(sorted(objects, key=lambda one: one["index"]), [
                {"index": n, **(ODD if n % 2 else {"outcome": "returned", "value": n})} for n in range(20000)])

    def test_of_files_that_cannot_be_read(self):
        folder = self.folder()
        (folder / "a").write_text("abc")
        objects, ended = self.objects("map", "trials.size", "--files", folder / "none", folder / "a")
        self.assertEqual((ended.status, objects), (1, [
            {"index": 0, "outcome": "rejected", "file": f"{folder}/none", "message": f"rejected: cannot read {folder}/none: No such file or directory"},
            {"index": 1, "outcome": "returned", "file": f"{folder}/a", "value": 3}]))

    def test_of_what_a_journal_knows(self):
        journal = self.folder() / "journal"
        words = ("map", "trials.fail_odd", "--range", "9", "--journal", journal, "-j", "1")
        first = self.objects(*words)
        self.assertEqual(self.objects(*words, "--resume"), first)

    def test_until_the_first_failure(self):
        objects, ended = self.objects("map", "trials.fail_odd", "0", "1", "3", "--on-error", "stop")
        self.assertEqual((objects, ended.status), ([{"index": 0, "outcome": "returned", "value": 0}, {"index": 1, **ODD}], 1))
        self.assertEqual(ended.err.count(b"\n"), 1)

    def test_into_a_file(self):
        file = self.folder() / "o.jsonl"
        self.check("map", "examples.square", "3", "--json", "--output", file)
        self.assertEqual(file.read_bytes(), b'{"index":0,"outcome":"returned","value":9}\n')
        for name in ("o.npy", "o.txt"):
            self.check_usage("map", "examples.square", "3", "--json", "--output", name,
                             err=f"--json prints objects, which {name} cannot hold; name it .jsonl".encode())

    def test_of_a_call(self):
        self.check("call", "examples.hypot", "3", "4", "--json", out=b'{"outcome":"returned","value":5}\n')
        objects, ended = self.objects("call", "trials.fail_odd", "1")
        self.assertEqual((objects, ended.status, ended.err), ([ODD], 1, b"prong: threw: std::domain_error: odd in trials.fail_odd\n"))

    def test_of_a_run(self):
        objects, ended = self.objects("run", "trials.fail_odd", "0", "1", "2")
        self.assertEqual((objects, ended.status), ([{"index": 1, **ODD}, {"outcome": "returned", "value": "2 results: 0 2"}], 1))
        objects, ended = self.objects("run", "trials.fail_odd", "0", "1", "3", "--on-error", "stop")
        self.assertEqual((objects, ended.status), ([{"index": 1, **ODD}], 1))
        objects, ended = self.objects("run", "trials.number_then_die", "1")
        self.assertEqual([(one["outcome"], one["crash"]["signal"]) for one in objects], [("crashed", 6)])

    def test_and_not_something_else(self):
        for command in (["map", "trials.echo", "a"], ["call", "trials.echo", "a"]):
            self.check_usage(*command, "-r", "--json", err=b"-r prints strings as they are, and --json prints objects: which?")
        self.check_usage("map", "trials.echo", "a", "--json", "--on-error", "null",
                         err=b"--json prints an object for each failed input, so --on-error null has nothing to do")


if __name__ == "__main__":
    unittest.main()
