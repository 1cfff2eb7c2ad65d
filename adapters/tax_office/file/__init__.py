"""``file``: the accountant's software, or the accountant, takes dossiers out of a folder and puts answers into another.

The form is Kervan's own; no tax office knows it. Under the folder of the setting ``KERVAN_TAX_OFFICE__FILE__FOLDER``:

======================================  ====================================================================================
``out/<name>_<claim>.zip``              A claim's dossier, whole as soon as it is seen. Take it away or leave it.
``in/<any name>.json``                  An answer: one JSON object in UTF-8, at most 256 KiB.
``kept/<year>-<month>/<name>.json``     An answer that was taken; Kervan moves it here and deletes nothing.
``refused/<name>.json``                 An answer that was not taken, with ``<name>.json.reason.txt`` beside it. Mend it and put
                                        it back into ``in``.
======================================  ====================================================================================

An answer about a claim names it by ``claim`` (its id), or by ``seller``, ``period`` and ``supplement`` (0 if left out)::

    {"seller": "1234567890", "period": "2026-11", "status": "filed", "petition_number": "2026/4711", "on": "2026-12-01"}
    {"claim": "0f0e…", "status": "approved", "on": "2027-02-03", "amount": "48123.45", "note": "kısmen"}

``status`` is ``filed`` (with ``petition_number``), ``under_review``, ``approved``, ``paid``, ``rejected`` or ``reversed``;
``on`` is the day, ``amount`` in TRY (of this decision alone) and ``note`` may be left out. What the tax office asks is
``under_review`` with the question as ``note`` and ``due_on``, until when to answer. One about VEDOP names the ETGB::

    {"etgb_number": "26341453EX000001", "seen_on": "2026-11-20", "closed_on": "2026-11-12",
     "evidence": {"kind": "kdvira_report", "reference": "2026-11"}}

Any other message that the family ``tax_office`` may send is given whole, as ``{"type": "…", "data": {…}}``. Write an answer
under a name that begins with ``.`` or ends in ``.part``, and rename it; one that does not parse is looked at again for a
minute. The same answer twice is one.
"""

from adapters.tax_office.file.answers import Answer, AnswerFolder, Listed
from adapters.tax_office.file.office import CODE, FileTaxOffice

__all__ = ["CODE", "Answer", "AnswerFolder", "FileTaxOffice", "Listed"]
