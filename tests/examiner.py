"""What an examiner asks of the sites of the three examples: the table behind `docs/examiner.md` and its test."""

from __future__ import annotations

from dataclasses import dataclass

ANSWERED, NOT_EVIDENCED = "answered", "not evidenced"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the clicks from `index.html` that lead to its answer, and what has to be read there."""

    clause: str
    asks: str
    example: str
    clicks: tuple[str, ...]
    reads: tuple[str, ...]
    outcome: str = ANSWERED


_SR, _ECOA, _EU = "Revised Guidance…", "ECOA and Regulation B…", "Regulation (EU) 2024/1689…"
_ONC, _HIPAA, _SHEET = "HTI-1 final rule…", "HIPAA Privacy Rule…", "Datasheets for Datasets"
_NAIC, _NY, _ISO = "NAIC Model Bulletin…", "Insurance Circular Letter No. 7…", "ISO/IEC 42001…"

QUESTIONS = (
    Question(
        "GMLP 8",
        "Was it tested under conditions as in the clinic?",
        "health",
        ("Good Machine Learning Practice…", "GMLP 8: partial"),
        ("external",),
    ),
    Question(
        "NYDFS Circular Letter 7, III.A ¶21, 23–24",
        "Which body oversees the use of models?",
        "insurer",
        (_NY, "III.A ¶21, 23–24: present"),
        ("AI committee",),
    ),
    Question(
        "NAIC bulletin, §3 3.3(b)",
        "Are development and use documented in detail?",
        "insurer",
        (_NAIC, "§3 3.3(b): partial"),
        ("Intended purpose", "senior adjuster"),
    ),
    Question(
        "SR 26-2, III ¶8",
        "Did anybody challenge the model?",
        "bank",
        (_SR, "III ¶8: present"),
        ("bag-of-words",),
    ),
    Question(
        "SR 26-2, VI / Model Inventory",
        "Is there an inventory of the models, and as of when?",
        "bank",
        ("The inventory",),
        ("As of", "credit-memo"),
    ),
    Question(
        "12 CFR 1002.9(a)(2)",
        "Who gives an applicant the reasons?",
        "bank",
        (_ECOA, "15 USC 1691(d)(2)-(3); 12 CFR 1002.9(a)(2): present"),
        ("analyst's reasons",),
    ),
    Question(
        "12 CFR 1002.9(b)(2)",
        "Are the reasons specific?",
        "bank",
        (_ECOA, "12 CFR 1002.9(b)(2): held elsewhere"),
        ("held elsewhere", "says"),
        NOT_EVIDENCED,
    ),
    Question(
        "EU AI Act, Annex IV(2)(g)",
        "How was it tested, on how many records, and against which limit?",
        "bank",
        (_EU, "Annex IV(2)(g): partial"),
        ("Interval", "at least"),
    ),
    Question(
        "SR 26-2, III ¶8",
        "Who signed it, as what, and on which condition?",
        "bank",
        ("1.1.0", "sign-off"),
        ("Ines Okafor", "model-risk", "An analyst reads every memo"),
    ),
    Question(
        "45 CFR 170.315(b)(11)(iv)(B)(1)(i)",
        "Who developed the intervention?",
        "health",
        (_ONC, "(b)(11)(iv)(B)(1)(i): present"),
        ("Harbour Health",),
    ),
    Question(
        "45 CFR 170.315(b)(11)(iv)(B)(7)(v)",
        "Are there studies of its effect on outcomes?",
        "health",
        (_ONC, "(b)(11)(iv)(B)(7)(v): missing"),
        ("missing",),
        NOT_EVIDENCED,
    ),
    Question(
        "45 CFR 164.514(d)(2)(i)(A)",
        "Who of the staff may see protected health information?",
        "health",
        (_HIPAA, "164.514(d)(2)(i)(A): not applicable"),
        ("not applicable", "no data of persons"),
    ),
    Question(
        "Datasheet, motivation.1",
        "What was the data set made for?",
        "health",
        (_SHEET, "motivation.1: present"),
        ("Original purpose",),
    ),
    Question(
        "a reviewer's own",
        "Does each result meet its limit with all of its interval?",
        "health",
        ("1.0.0", "questions"),
        ("threshold-unsettled", "recall"),
    ),
    Question(
        "NAIC bulletin, §3 3.1",
        "Does the model decide by itself?",
        "insurer",
        (_NAIC, "§3 3.1: present"),
        ("augments",),
    ),
    Question(
        "NAIC bulletin, §3 3.3(a)",
        "Under which number is it in the insurer's inventory?",
        "insurer",
        (_NAIC, "§3 3.3(a): present"),
        ("AW-AI-19",),
    ),
    Question(
        "NYDFS Circular Letter 7, II.A ¶12",
        "Was it looked at whether data stand in for a protected class?",
        "insurer",
        (_NY, "II.A ¶12: missing"),
        ("missing", "proxy_test"),
        NOT_EVIDENCED,
    ),
    Question(
        "ISO/IEC 42001, A.3.2",
        "Which roles are there?",
        "insurer",
        (_ISO, "A.3.2: present"),
        ("developer",),
    ),
    Question(
        "a reviewer's own",
        "What changed since the last approval?",
        "insurer",
        ("2.0.0", "what changed"),
        ("Nothing of this model was approved before",),
    ),
    Question(
        "a reviewer's own",
        "Who stated what, in which order?",
        "insurer",
        ("2.0.0", "the trail"),
        ("Priya Raman", "proposed it"),
    ),
)


def page(says: str) -> str:
    """The manual's page, from the table."""
    lines = [
        says,
        f"# {len(QUESTIONS)} questions of an examiner\n",
        "Each is asked of the site of a worked example, which `cognify demo --example NAME DIR` builds.",
        "The path begins at `site/index.html`; each step is one click on a link, none has more than two.",
        "A test follows each path on the built site and reads what stands at its end.",
        "`REQUIREMENT: WORD` is the link in that requirement's row.",
        "*Not evidenced* means that the site names the gap, or who says where the evidence is held.",
        "That a question is answered says that there is something to read, not that it is enough or true.\n",
        "| clause | question | example | clicks | at the end stands | |",
        "|---|---|---|---|---|---|",
    ]
    for one in QUESTIONS:
        clicks, reads = " → ".join(f"`{click}`" for click in one.clicks), "; ".join(one.reads)
        lines.append(f"| {one.clause} | {one.asks} | {one.example} | {clicks} | {reads} | {one.outcome} |")
    return "\n".join(lines) + "\n"
