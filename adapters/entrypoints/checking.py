"""Judges invoice files for the command line."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from adapters.entrypoints import bootstrap
from adapters.invoicing import elsewhere, gib
from adapters.invoicing.ubl import safety
from adapters.settings import Settings
from workflow.draft import Draft
from workflow.errors import KervanError
from workflow.values import istanbul_day


async def check(files: Sequence[Path], draft: Draft | None) -> list[dict[str, Any]]:
    """What is found in each file: ``file``, ``number``, ``accepted``, ``checked_by_gib``, ``findings``, ``error``."""
    settings = Settings()
    law, today = bootstrap.law_book(settings), istanbul_day(bootstrap.now())
    rules = gib.checker("off" if settings.gib_check == "off" else "if_installed")
    answers = []
    try:
        for file in files:
            answer: dict[str, Any] = {
                "file": str(file),
                "number": "",
                "accepted": False,
                "checked_by_gib": rules is not None,
                "findings": [],
                "error": "",
            }
            answers.append(answer)
            try:
                found = await elsewhere.examine(_content(file), today, law, draft, rules)
            except KervanError as error:
                answer["error"] = str(error)
            else:
                answer |= {"number": found.said.number, "accepted": found.accepted, "findings": found.told()}
    finally:
        if rules is not None:
            await rules.close()
    return answers


def lines(answers: Sequence[dict[str, Any]]) -> Iterator[str]:
    """The answers as lines to read, in the installation's language."""
    turkish = Settings().locale == "tr"
    for answer in answers:
        verdict = _VERDICTS[answer["accepted"]][0 if turkish else 1]
        yield f"{answer['file']}: {answer['number'] or '—'}: {verdict}"
        if answer["error"]:
            yield f"  {answer['error']}"
        for found in answer["findings"]:
            yield f"  {found['code']} ({found['severity']}) {found['path']}: {found['message']['tr' if turkish else 'en']}"
        if not answer["checked_by_gib"]:
            yield f"  {_UNCHECKED[0 if turkish else 1]}"


_VERDICTS = {True: ("uygun", "accepted"), False: ("uygun değil", "not accepted")}
_UNCHECKED = (
    "GİB'in kendi kurallarıyla denetlenmedi; bunun için kervan[gib] kurun",
    "not checked with the tax administration's own rules; install kervan[gib] for that",
)


def _content(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(safety.MAX_BYTES + 1)
