"""What the tests of `prong check` share."""

import json
import os

from plugin_files import changed
from prong_command import EXAMPLES, TRIALS, ProngTest, prong

GOOD, TRIAL = f"{EXAMPLES}/examples.so", f"{TRIALS}/trials.so"
MISFIT = b'"function":"trials.touch","params":[{"name":"results","type":"[f64]"}]'
FIT = b'"function":"trials.touch","params":[{"name":"results","type":"[str]"}]'


class CheckTest(ProngTest):
    def reports(self, *files, status=3, **more):
        ended = prong("check", "--json", *files, **more)
        self.assertEqual((ended.status, ended.err), (status, b""), files)
        return json.loads(ended.out)

    def findings(self, file, **more):
        """(severity, code) of each, all parts of which say something."""
        (report,) = self.reports(file, **more)
        self.assertEqual(report["file"], os.path.abspath(file))
        for finding in report["findings"]:
            self.assertTrue(finding["required"] and finding["found"] and finding["fix"], finding)
        self.assertEqual(report["passed"], not any(one["severity"] == "error" for one in report["findings"]))
        return [(finding["severity"], finding["code"]) for finding in report["findings"]]

    def finding(self, file, code, severity="error", **more):
        """The only one of this code."""
        found = self.reports(file, status=3 if severity == "error" else 0, **more)[0]["findings"]
        (finding,) = [one for one in found if one["code"] == code]
        self.assertEqual(finding["severity"], severity)
        return finding

    def trial(self, *changes):
        """The trials without their own fault, and with these."""
        return changed(TRIAL, self.folder() / "trials.so", (MISFIT, FIT), *changes)
