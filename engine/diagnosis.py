"""Says in plain sentences what a finished run shows, the most useful one first, with the numbers.

findings.py says what a finding is, vital_signs.py what is looked at; curve_findings.py,
network_findings.py and answer_findings.py find; here it is decided which of it is worth saying.
"""

from __future__ import annotations

from engine import answer_findings, curve_findings, network_findings
from engine.comparison import compare
from engine.dataset import Dataset, Examples
from engine.findings import Evidence, Finding
from engine.inspection import Inspection
from engine.vital_signs import Curves, Ending, RunEnd, VitalSigns

__all__ = ["Ending", "Evidence", "Finding", "compare", "diagnose"]

# Nothing was learned: whatever else there is to see follows from the first of these.
CAUSES = (network_findings.symmetric, network_findings.dead_layer, network_findings.vanishing)

# Most useful first, as far as they are equally grave.
SYMPTOMS = (
    network_findings.slow,
    curve_findings.oscillating,
    answer_findings.majority,
    answer_findings.saturated,
    curve_findings.overfitting,
    curve_findings.more_iterations,
    curve_findings.underfitting,
    network_findings.dead_units,
)

# What only repeats, or follows from, another finding that is there.
SAID_BY = {
    "underfitting": {"slow", "oscillating", "more iterations"},
    "more iterations": {"slow", "overfitting", "oscillating"},
    "overfitting": {"slow"},
}


def diagnose(
    curves: Curves,
    last: RunEnd,
    dataset: Dataset | Examples,
    inspection: Inspection | None = None,
) -> list[Finding]:
    """The findings on a run at its end, or where it was halted: the most useful first, never none.

    curves: "train", "test" (costs), "train_accuracy" and "test_accuracy", each as iterations (n,)
    and values (n,), whole or thinned. last: the run's last Step, or an `Ending` of what was kept.
    dataset: what the run was trained on. inspection: that of the last snapshot, where it is at
    hand; else it is made. Two or three of the first are enough to show; the others are details.
    """
    signs = VitalSigns(curves, last, dataset, inspection)
    found = curve_findings.diverged(signs)
    if found:
        return [found]
    for cause in CAUSES:
        found = cause(signs)
        if found:
            return [found]
    findings = [f for f in (symptom(signs) for symptom in SYMPTOMS) if f]
    kinds = {f.kind for f in findings}
    findings = [f for f in findings if not kinds & SAID_BY.get(f.kind, set())]
    grave = [f for f in findings if f.severity == "warning"]
    notes = [f for f in findings if f.severity == "note"]
    if not grave:
        good = answer_findings.well(signs)
        grave = [good] if good else []
    return grave + notes
