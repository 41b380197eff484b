"""Runs parliament on policies, in Checkov's environment, which has it: `python parliament_run.py < policies.json`."""

import json
import sys

from parliament import analyze_policy_string  # type: ignore[import-not-found]

findings = {
    name: [f"{finding.issue}: {finding.detail}" for finding in analyze_policy_string(json.dumps(policy)).findings]
    for name, policy in json.load(sys.stdin).items()
}
json.dump(findings, sys.stdout)
