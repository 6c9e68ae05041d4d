"""`prong bench`: three rows, of the inputs that were given."""

import json
import unittest

from prong_command import ProngTest, prong


class Bench(ProngTest):
    def rows(self, *words, **more):
        ended = prong("bench", *words, "--json", **more)
        self.assertEqual(ended.err, b"")
        return json.loads(ended.out)["rows"], ended.status

    def test_measures_one_worker_and_all(self):
        rows, status = self.rows("trials.number", "--range", "30000", "-j", "2")
        self.assertEqual((status, [(row["workers"], row["chunk"], row["inputs"], row["failed"]) for row in rows]),
                         (0, [(1, None, 30000, 0), (2, None, 30000, 0), (2, 1, 20000, 0)]))
        for row in rows:
            self.assertGreaterEqual(row["rounds"], 3)
            self.assertAlmostEqual(row["per_second"] * row["ns_each"] / 1e9, 1, 1)

    def test_says_so_in_words(self):
        ended = prong("bench", "trials.fail_odd", "-j", "2", "1", "2", "3")
        self.assertEqual((ended.status, ended.err), (1, b""))
        self.assertRegex(ended.out.decode(), "^trials.fail_odd: 3 inputs, .*\n  1 worker  .*/s .* each\n"
                                             "  2 workers  .* x\n  2 workers, a task for each .* x\n  2 of them failed\n$")

    def test_takes_inputs_of_any_kind(self):
        self.assertEqual([row["inputs"] for row in self.rows("trials.echo", "-R", given=b"a\nb\n")[0]], [2, 2, 2])

    def test_takes_contents_of_files(self):
        folder = self.folder()
        names = [folder / name for name in "abc"]
        for name in names:
            name.write_text("1")
        # Paths are no numbers: what is measured are the contents.
        rows, status = self.rows("trials.one_letter", "--files", *names)
        self.assertEqual((status, [(row["inputs"], row["failed"]) for row in rows]), (0, [(3, 0)] * 3))
        rows, status = self.rows("trials.one_letter", "--files", given=b"".join(b"%s\n" % bytes(name) for name in names))
        self.assertEqual((status, rows[0]["inputs"]), (0, 3))
        self.check("bench", "trials.one_letter", "--files", names[0], folder / "none", status=4,
                   err=f"prong: cannot read {folder}/none: No such file or directory\n".encode())

    def test_needs_an_input(self):
        self.check_usage("bench", "trials.number", "--range", "0", err=b"there is no input to measure with")
        self.check_usage("bench", "trials.number", "1", "--journal", "j",
                         err=b"unknown option '--journal'; an operand that begins with a minus goes after --")


if __name__ == "__main__":
    unittest.main()
