"""The picture of the state machine, drawn from its table: as Mermaid text, and as an SVG laid out by hand.

Both take the steps as an argument, so a new row of the table stands in the picture without another change.
"""

from collections.abc import Iterable
from html import escape

from workflow.lifecycle import Step
from workflow.stages import JOURNEY, STAGE_LABELS, Stage, Trigger

_CENTRE = 310  # x of the journey's column
_HALF = 125  # half the width of a stage's box
_TALL = 22  # half its height
_ROW = 100  # from one stage of the journey to the next
_TOP = 84
_TRUNK = _CENTRE + 262  # where the ways to a side exit come together
_EXIT = _CENTRE + 505  # x of the side exits' column
_BEND = 12
_WIDTH = _EXIT + _HALF + 20

_STYLE = """
  .paper{fill:#ffffff}.box{fill:#eef4ff;stroke:#3b62b5;stroke-width:1.5}.end{fill:#fdf1ee;stroke:#b5533b}
  .rim{fill:none;stroke:#b5533b;stroke-width:1}.way{fill:none;stroke:#5b6472;stroke-width:1.5}
  .back{stroke-dasharray:5 4}.tip,.dot{fill:#5b6472}text{font-family:system-ui,'Segoe UI','DejaVu Sans',sans-serif}
  .id{font-size:14px;font-weight:600;fill:#16202e;text-anchor:middle}.label{font-size:11px;fill:#4b5563;text-anchor:middle}
  .trigger{font-size:12px;font-weight:600;fill:#26303d}.guard{font-size:11px;fill:#5b6472}.left{text-anchor:end}
  .mid{text-anchor:middle}
  @media (prefers-color-scheme:dark){.paper{fill:#0f141b}.box{fill:#17233b;stroke:#7ea2ee}.end{fill:#33201b;stroke:#e39a84}
  .rim{stroke:#e39a84}.way{stroke:#9aa5b5}.tip,.dot{fill:#9aa5b5}.id{fill:#f0f4fa}.label,.guard{fill:#aab4c3}
  .trigger{fill:#d9e0ea}}
"""


def mermaid(steps: Iterable[Step]) -> str:
    """The table as a Mermaid state diagram, with one arrow for each source of each step."""
    table = tuple(steps)
    arrows = [f"    {source} --> {step.target} : {step.trigger}" for step in table for source in step.sources]
    finals = [f"    {stage} --> [*]" for stage in _finals(table)]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {JOURNEY[0]}", *arrows, *finals, ""])


def svg(steps: Iterable[Step]) -> str:
    """The table as an SVG: the journey downwards, ways back on its left, side exits on its right.

    It carries its own background and follows the reader's light or dark colours.
    """
    table = tuple(steps)
    places = _places(table)
    height = max(y for _, y in places.values()) + _TALL + 30
    finals = _finals(table)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
            'role="img" aria-labelledby="title">'
        ),
        '<title id="title">Stages of a shipment / Gönderinin aşamaları</title>',
        f"<style>{_STYLE}</style>",
        (
            '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" '
            'orient="auto-start-reverse"><path class="tip" d="M0 0 10 5 0 10z"/></marker></defs>'
        ),
        f'<rect class="paper" width="{_WIDTH}" height="{height}" rx="10"/>',
        f'<circle class="dot" cx="{_CENTRE}" cy="{_TOP - _TALL - 32}" r="6"/>',
        _way(f"M{_CENTRE} {_TOP - _TALL - 26}V{_TOP - _TALL}"),
    ]
    for step in table:
        parts += _within(step, places) if step.target in JOURNEY else []
    parts += _exits(table, places)
    parts += [_box(stage, place, final=stage in finals) for stage, place in places.items()]
    return "\n".join([*parts, "</svg>", ""])


def _finals(table: tuple[Step, ...]) -> list[Stage]:
    """The stages that nothing leads out of, in their own order."""
    left = {source for step in table for source in step.sources}
    return [stage for stage in Stage if stage not in left and any(step.target is stage for step in table)]


def _places(table: tuple[Step, ...]) -> dict[Stage, tuple[int, int]]:
    """The middle of each box: the journey from top to bottom, a side exit beside the middle of its sources."""
    named = {step.target for step in table} | {source for step in table for source in step.sources}
    places = {stage: (_CENTRE, _TOP + _ROW * row) for row, stage in enumerate(stage for stage in JOURNEY if stage in named)}
    for stage in dict.fromkeys(step.target for step in table if step.target not in JOURNEY):
        heights = [places[s][1] for step in table if step.target is stage for s in step.sources if s in JOURNEY]
        middle = (min(heights) + max(heights)) // 2 if heights else _TOP
        taken = [y for x, y in places.values() if x == _EXIT]
        places[stage] = (_EXIT, max([middle, *(y + _ROW for y in taken)]))
    return places


def _way(path: str, *, back: bool = False, tip: bool = True) -> str:
    end = ' marker-end="url(#tip)"' if tip else ""
    return f'<path class="way{" back" if back else ""}" d="{path}"{end}/>'


def _words(x: int, y: int, kind: str, text: str) -> str:
    return f'<text class="{kind}" x="{x}" y="{y}">{escape(text)}</text>'


def _within(step: Step, places: dict[Stage, tuple[int, int]]) -> list[str]:
    """A step from one stage of the journey to another: straight on to the next, else in a curve on the left."""
    parts: list[str] = []
    for source in step.sources:
        start, end = places[source][1], places[step.target][1]
        if end == start + _ROW:
            middle = (start + end) // 2
            parts.append(_way(f"M{_CENTRE} {start + _TALL}V{end - _TALL}"))
            parts.append(_words(_CENTRE + 12, middle - (4 if step.guard else -4), "trigger", step.trigger))
            if step.guard:
                parts.append(_words(_CENTRE + 12, middle + 12, "guard", step.guard))
            continue
        edge, again = _CENTRE - _HALF, source is step.target
        leave, arrive = (start - 14, start + 2) if again else (start - 10, end + 12)
        bulge = edge - 50 - abs(start - end) // 5
        parts.append(_way(f"M{edge} {leave}C{bulge} {leave} {bulge} {arrive} {edge} {arrive}", back=True))
        peak = (edge + 3 * bulge) // 4
        parts.append(_words(peak - 8, (leave + arrive) // 2 + 4, "trigger left", step.trigger))
    return parts


def _exits(table: tuple[Step, ...], places: dict[Stage, tuple[int, int]]) -> list[str]:
    """The ways to the side exits: out to the right, along a common trunk, into the exit's box."""
    parts: list[str] = []
    words: dict[Stage, list[tuple[Trigger, str]]] = {}
    for step in (step for step in table if step.target not in JOURNEY):
        left = places[step.target][0] - _HALF
        end = places[step.target][1]
        for source in step.sources:
            start = places[source][1]
            turn = 0 if start == end else _BEND if end > start else -_BEND
            corner = (
                f"H{_TRUNK - _BEND}Q{_TRUNK} {start} {_TRUNK} {start + turn}V{end - turn}Q{_TRUNK} {end} {_TRUNK + _BEND} {end}"
            )
            parts.append(_way(f"M{_CENTRE + _HALF} {start}{corner if turn else ''}H{left}"))
        words.setdefault(step.target, []).append((step.trigger, step.guard))
    for stage, said in words.items():
        x, y = (_TRUNK + places[stage][0] - _HALF) // 2, places[stage][1]
        parts.append(_words(x, y - 9, "trigger mid", " / ".join(trigger for trigger, _ in said)))
        guards = dict.fromkeys(guard for _, guard in said if guard)
        parts += [_words(x, y + 18 + 14 * row, "guard mid", guard) for row, guard in enumerate(guards)]
    return parts


def _box(stage: Stage, place: tuple[int, int], *, final: bool) -> str:
    x, y = place
    frame = f'x="{x - _HALF}" y="{y - _TALL}" width="{2 * _HALF}" height="{2 * _TALL}" rx="8"'
    inner = f'x="{x - _HALF + 3}" y="{y - _TALL + 3}" width="{2 * _HALF - 6}" height="{2 * _TALL - 6}" rx="6"'
    rim = f'<rect class="rim" {inner}/>' if final else ""
    label = " · ".join(STAGE_LABELS[stage])
    return (
        f'<rect class="box{" end" if final else ""}" {frame}/>{rim}'
        f"{_words(x, y - 3, 'id', stage)}{_words(x, y + 13, 'label', label)}"
    )
