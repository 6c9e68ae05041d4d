"""What is written of a run besides its results: --log, --trace, --report."""

import html.parser
import json
import re
import shutil
import signal
import subprocess
import time
import unittest

from prong_command import ProngTest, prong

CHROMIUM = shutil.which("chromium")
VOID = {"meta", "link", "br"}


class Log(ProngTest):
    def logged(self, *words, status=0, **more):
        """The lines of the log, in the order of the items, attempts first."""
        file = self.folder() / "log.jsonl"
        ended = prong(*words, "--log", file, **more)
        self.assertEqual(ended.status, status, ended.err)
        return sorted(map(json.loads, file.read_text().splitlines()),
                      key=lambda line: (line["index"], not line.get("retried")))

    def test_has_a_line_for_each_input(self):
        begin = time.time()
        for words in (("--range", "1000"), ("--range", "1000", "--unordered", "--chunk", "7"),
                      ("--range", "1000", "--on-error", "null")):
            with self.subTest(words):
                lines = self.logged("map", "trials.fail_odd", *words, status=1)
                self.assertEqual([line["index"] for line in lines], list(range(1000)))
                self.assertEqual([line["outcome"] for line in lines], ["returned", "threw"] * 500)
                for line in lines:
                    self.assertEqual(set(line), {"index", "start", "seconds", "worker", "outcome"})
                    self.assertTrue(begin - 1 <= line["start"] <= time.time() + 1)
                    self.assertTrue(0 <= line["seconds"] <= time.time() - begin)
                    self.assertGreater(line["worker"], 0)

    def test_tells_how_long_an_input_took(self):
        lines = self.logged("map", "examples.slow", "0", "0.1", "0")
        self.assertEqual([line["seconds"] >= 0.1 for line in lines], [False, True, False])

    def test_is_of_a_run_too(self):
        lines = self.logged("run", "examples.square", "--range", "100")
        self.assertEqual([line["index"] for line in lines], list(range(100)))

    def test_tells_which_worker_died(self):
        file = self.folder() / "log.jsonl"
        ended = prong("map", "examples.crash", "0", "0", "1", "0", "-j", "1", "--log", file)
        pid = int(re.search(rb"worker (\d+)", ended.err)[1])
        lines = sorted(map(json.loads, file.read_text().splitlines()), key=lambda line: line["index"])
        self.assertEqual([line["outcome"] for line in lines], ["returned", "returned", "crashed", "returned"])
        self.assertEqual((lines[2]["worker"], lines[3]["worker"] == pid), (pid, False))

    def test_has_a_line_for_each_attempt(self):
        lines = self.logged("map", "examples.crash", "0", "1", "--retries", "2", status=1)
        self.assertEqual([(line["index"], line["outcome"], line.get("retried")) for line in lines],
                         [(0, "returned", None), (1, "crashed", True), (1, "crashed", True), (1, "crashed", None)])
        self.assertEqual(len({line["worker"] for line in lines[1:]}), 3)

    def test_of_workers_in_a_strict_sandbox(self):
        lines = self.logged("map", "examples.square", "--range", "100", "--sandbox", "strict")
        self.assertEqual([line["index"] for line in lines], list(range(100)))
        self.assertTrue(all(line["seconds"] >= 0 and line["worker"] > 0 for line in lines))
        lines = self.logged("map", "examples.crash", "0", "1", "0", "--retries", "1", "--sandbox", "strict", status=1)
        self.assertEqual([(line["index"], line["outcome"]) for line in lines],
                         [(0, "returned"), (1, "crashed"), (1, "crashed"), (2, "returned")])

    def test_says_what_a_journal_knew(self):
        journal = self.folder() / "journal"
        words = ("map", "trials.fail_odd", "--journal", journal, "--resume")
        self.logged(*words, "--range", "2:5", status=1)
        lines = self.logged(*words, "--range", "2:7", status=1)
        self.assertEqual([(line["index"], line["outcome"], line["worker"] is None) for line in lines],
                         [(0, "returned", True), (1, "threw", True), (2, "returned", True), (3, "threw", False),
                          (4, "returned", False)])

    def test_into_a_file_that_cannot_be_written(self):
        self.check("map", "examples.square", "1", "--log", "/nonexistent/log", status=4,
                   err=b"prong: cannot write to /nonexistent/log: No such file or directory\n")
        self.assertEqual(prong("map", "examples.square", "1", "--log", "/dev/full").status, 4)
        file = self.folder() / "in.jsonl"
        file.write_text("1\n")
        for option in ("--log", "--trace", "--report"):
            self.check_usage("map", "examples.square", "--input", file, option, file,
                             err=f"{option} {file}: inputs are read from that file; give another name".encode())


class Trace(ProngTest):
    def traced(self, *words, **more):
        file = self.folder() / "trace.json"
        ended = prong(*words, "--trace", file, **more)
        return json.loads(file.read_text()), ended

    def test_has_a_lane_for_each_worker_with_all_items(self):
        events, _ = self.traced("map", "examples.square", "--range", "20000", "-j", "2", "--chunk", "100")
        names = {event["args"]["name"] for event in events if event["name"] == "thread_name"}
        lanes = {event["tid"] for event in events if "tid" in event}
        self.assertEqual(names, {f"worker {lane}" for lane in lanes})
        self.assertLessEqual(lanes, {0, 1})
        items = []
        for lane in lanes:
            slices = sorted((event["ts"], event["dur"]) for event in events if event["ph"] == "X" and event["tid"] == lane)
            for (begin, duration), (following, _) in zip(slices, slices[1:]):
                self.assertLessEqual(begin + duration, following + 0.01)
        for event in events:
            if event.get("cat") == "items":
                items += range(event["args"]["first"], event["args"]["first"] + event["args"]["count"])
        self.assertEqual(sorted(items), list(range(20000)))

    def test_shows_deaths_and_failures_and_waiting(self):
        events, _ = self.traced("map", "examples.crash", "0", "1", "0", "--retries", "1", "-j", "1")
        deaths = [event for event in events if event.get("cat") == "death"]
        self.assertEqual([event["name"] for event in deaths], ["crashed", "crashed"])
        self.assertIn("SIGSEGV in examples.crash", deaths[-1]["args"]["message"])
        self.assertTrue(any(event["name"] == "starting" for event in events))
        events, _ = self.traced("map", "trials.fail_odd", "1")
        self.assertEqual([event["args"]["message"] for event in events if event.get("cat") == "failure"],
                         ["item 0: threw: std::domain_error: odd in trials.fail_odd"])

    def check_lanes(self, events):
        """Nothing overlaps in a lane; what each has."""
        lanes = {}
        for event in events:
            if event["ph"] == "X":
                lanes.setdefault(event["tid"], []).append((event["ts"], event["dur"], event["cat"], event["name"]))
        for slices in lanes.values():
            slices.sort()
            for (begin, duration, *_), (following, *_) in zip(slices, slices[1:]):
                self.assertLessEqual(round(begin + duration, 3), following)
        return lanes

    def test_has_disjoint_slices_whatever_ends_when(self):
        inputs = ["0.05", "0", "0.02", "1", "0", "0.01"] * 3
        for words in (("-j", "1"), ("-j", "3"), ("-j", "2", "--unordered")):
            for function, given in (("examples.slow", inputs), ("examples.crash", ["0", "1", "0", "0", "1", "0"])):
                events, _ = self.traced("map", function, *given, *words, "--chunk", "1", "--retries", "2", "--timeout", "0.3")
                lanes = self.check_lanes(events)
                items = [slice for slices in lanes.values() for slice in slices if slice[2] == "items"]
                failing = given.count("1")
                self.assertEqual(len(items), len(given) - failing + failing * 3, (words, function))

    def test_says_that_a_worker_waited_only_when_it_ran_nothing(self):
        first, second = self.fifos(2)
        process = self.started("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", "--retries", "1", first, second,
                               "--trace", self.folder() / "trace.json")
        file = process.args[-1]
        first.write_text("fail")
        time.sleep(0.1)
        first.write_text("one")
        second.write_text("two")
        self.assertEqual((process.stdout.read(), process.wait()), (b"one\ntwo\n", 0))
        lanes = self.check_lanes(json.loads(file.read_text()))
        self.assertEqual([slice[3] for slice in lanes[0] if slice[2] == "items"], ["trials.wait_for"] * 3)

    def test_of_a_run_that_was_killed_can_be_read(self):
        file = self.folder() / "trace.json"
        fifo, = self.fifos(1)
        process = self.started("map", "trials.wait_for", "-r", "-R", "-j", "1", "--chunk", "1", "--trace", file)
        process.stdin.write(b"/dev/null\n" + str(fifo).encode() + b"\n")
        process.stdin.flush()
        self.assertEqual(process.stdout.readline(), b"\n")
        process.kill()
        process.wait()
        events = json.loads(file.read_text() + "]")
        self.assertEqual([event["args"]["first"] for event in events if event.get("cat") == "items"], [0])


class Page(html.parser.HTMLParser):
    """Every element is closed; what would be fetched from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.fetched, self.headings, self.cells, self.mistakes = [], [], [], [], []
        self.feed(text)
        self.mistakes += self.open

    def handle_starttag(self, tag, attributes):
        self.fetched += [value for name, value in attributes if name in ("src", "href", "srcset", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        pass

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.mistakes.append(tag)

    def handle_data(self, data):
        if self.open[-1:] in (["h1"], ["h2"]):
            self.headings.append(data)
        if self.open[-1:] in (["td"], ["pre"]):
            self.cells.append(data)


class Report(ProngTest):
    def reported(self, *words, **more):
        file = self.folder() / "report.html"
        ended = prong(*words, "--report", file, **more)
        text = file.read_text()
        page = Page(text)
        self.assertEqual((page.mistakes, page.fetched), ([], []))
        self.assertNotRegex(text, r"url\(|@import|<script")
        return text, page, ended

    def test_has_all_sections(self):
        text, page, _ = self.reported("map", "trials.fail_odd", "--range", "1000", "-j", "2")
        self.assertEqual(page.headings, ["prong map trials.fail_odd", "What each worker did", "Items a second",
                                         "Times of items", "The slowest items", "Failures"])
        self.assertIn("<b>500</b><span>failed</span>", text)
        self.assertEqual(text.count("<svg "), 3)
        self.assertIn("500 threw; the first 200 are shown", text)

    def test_shows_the_slowest_and_the_failures(self):
        text, page, _ = self.reported("map", "examples.slow", "0", "0.1", "0", "5", "--timeout", "1", "-j", "1")
        slowest = re.findall(r'<tr><td class="number">(\d)</td>', text)
        self.assertEqual(slowest[:2], ["3", "1"])
        self.assertIn("timed_out", page.cells)
        self.assertIn('class="death"', text)

    def test_escapes_what_others_say(self):
        text, page, _ = self.reported("map", "trials.echo", "-R", "--files", given=b"<script>alert(1)</script>&\n")
        self.assertIn("&lt;script&gt;", text)
        text, page, _ = self.reported("map", "trials.fail_once", "/nonexistent/<b>")
        self.assertEqual(page.headings[-1], "Failures")

    def test_of_nothing_and_of_what_a_journal_knew(self):
        _, page, _ = self.reported("map", "examples.square", "--range", "0")
        self.assertEqual(page.headings, ["prong map examples.square"])
        journal = self.folder() / "journal"
        for _ in range(2):
            text, page, _ = self.reported("map", "examples.square", "--range", "5", "--journal", journal, "--resume")
        self.assertEqual(page.headings, ["prong map examples.square"])
        self.assertIn("not run: known or given up", text)

    def test_of_a_run_that_was_interrupted_has_what_failed_and_what_was_given_up(self):
        file = self.folder() / "report.html"
        fifo, = self.fifos(1)
        process = self.started("map", "trials.wait_for", "-r", "-j", "1", "--chunk", "1", "--report", file,
                               fifo, *["/dev/null"] * 300)
        with open(fifo, "wb") as running:
            process.send_signal(signal.SIGINT)
            process.stderr.readline()
            time.sleep(0.1)
            running.write(b"fail")
        self.assertEqual(process.wait(), 130)
        text = file.read_text()
        self.assertIn("<b>1</b><span>failed</span>", text)
        self.assertIn("<b>300</b><span>given up</span>", text)
        self.assertIn("<p>1 threw</p>", text)
        rate = float(re.search(r"<b>([0-9.]+)/s</b><span>items run, on average</span>", text)[1])
        self.assertLessEqual(rate, 10)

    def test_counts_items_along_an_axis(self):
        text, _, _ = self.reported("map", "examples.square", "--range", "1000", "-j", "1")
        histogram = text[text.index("Times of items"):]
        counts = re.findall(r'text-anchor="end">([0-9\u202f]+)</text>', histogram[:histogram.index("</svg>")])
        self.assertEqual(counts[0], "0")
        self.assertGreaterEqual(len(counts), 2)

    def test_of_a_run_that_was_stopped(self):
        text, page, ended = self.reported("map", "trials.fail_odd", "--range", "100000", "--on-error", "stop")
        self.assertEqual((ended.status, page.headings[-1]), (1, "Failures"))

    def test_is_as_large_for_many_items_as_for_some(self):
        text, _, _ = self.reported("map", "examples.square", "--range", "300000", "-j", "2", "--output",
                                   self.folder() / "out.txt")
        self.assertLess(len(text), 200_000)

    @unittest.skipUnless(CHROMIUM, "there is no chromium here")
    def test_is_shown_by_a_browser(self):
        file, profile = self.folder() / "report.html", self.folder()
        prong("map", "examples.crash", "0", "0", "1", "0", "--report", file)
        words = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                 "--disable-background-networking", "--disable-component-update", "--disable-sync",
                 f"--user-data-dir={profile}", "--window-size=1100,1400"]
        picture = file.with_suffix(".png")
        subprocess.run([*words, f"--screenshot={picture}", file.as_uri()], check=True, capture_output=True, timeout=50)
        self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
        shown = subprocess.run([*words, "--dump-dom", file.as_uri()], check=True, capture_output=True, timeout=50).stdout
        self.assertEqual(shown.count(b"<svg "), 3)
        self.assertIn("SIGSEGV in examples.crash", shown.decode())


if __name__ == "__main__":
    unittest.main()
