"""How drawings look. A page may set the colours itself, as CSS variables on `.segue-flow`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How a class of texts is set."""

    size: float
    bold: bool = False
    line: float = 15.0


STYLES = {
    "title": Style(13, bold=True, line=19),
    "gives": Style(11),
    "note": Style(11),
    "badge": Style(10.5),
    "kept": Style(10.5),
    "mark": Style(10.5, bold=True),
    "case": Style(11.5, bold=True),
    "head": Style(11.5, bold=True),
}

_FONT = "system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
_LIGHT = (
    "--sg-paper:#f8f9fb;--sg-ink:#1f2733;--sg-muted:#5d6878;--sg-line:#8b96a5;--sg-card:#fff;--sg-edge:#c5ced9;--sg-frame:#5b6f8f0a;"
    "--sg-frame-edge:#d5dce5;--sg-head:#5b6f8f1a;--sg-badge:#e9eef4;--sg-which:#e8effc;--sg-which-edge:#6f8fd0;"
    "--sg-person:#fdf1dc;--sg-person-edge:#cf9332;--sg-guard:#e6f5ec;--sg-guard-edge:#4f9f75;--sg-action:#fbeae4;--sg-action-edge:#b5532f;--sg-agent:#f0ecfd;--sg-agent-edge:#7c5bd1;--sg-kept:#efe8fb;"
    "--sg-kept-ink:#5b3f95;--sg-end:#33415a;--sg-end-ink:#fff;--sg-taken:#2f855a;--sg-failed:#c53030;"
    "--sg-waiting:#b7791f;--sg-slow:#c05621"
)
_DARK = (
    "--sg-paper:#1a212c;--sg-ink:#e8ecf2;--sg-muted:#a3aebd;--sg-line:#77839a;--sg-card:#1d2430;--sg-edge:#435064;--sg-frame:#9fb3d30a;"
    "--sg-frame-edge:#364256;--sg-head:#9fb3d31a;--sg-badge:#2d3747;--sg-which:#22304d;--sg-which-edge:#6f8fd0;"
    "--sg-person:#3a2e18;--sg-person-edge:#cf9332;--sg-guard:#183426;--sg-guard-edge:#4f9f75;--sg-action:#3a211a;--sg-action-edge:#d98260;--sg-agent:#2b2445;--sg-agent-edge:#a68cf0;--sg-kept:#33274d;"
    "--sg-kept-ink:#d3c2f5;--sg-end:#c9d5e8;--sg-end-ink:#17202e;--sg-taken:#5cc28e;--sg-failed:#f37a7a;"
    "--sg-waiting:#e0ab4f;--sg-slow:#ee9460"
)
_TEXTS = "".join(
    f".segue-flow .sg-{name}{{font-size:{style.size:g}px{';font-weight:600' if style.bold else ''}}}"
    for name, style in STYLES.items()
)
_MARKED = "".join(
    f".segue-flow .sg-{style} .sg-card{{stroke:var(--sg-{style});stroke-width:2.5}}"
    f".segue-flow .sg-{style} .sg-mark-back{{fill:var(--sg-{style})}}"
    for style in ("taken", "failed", "waiting", "slow")
)
CSS = (
    f".segue-flow{{{_LIGHT};font-family:{_FONT};max-width:100%;height:auto}}"
    f"@media(prefers-color-scheme:dark){{.segue-flow{{{_DARK}}}}}"
    f".segue-flow text{{fill:var(--sg-ink)}}{_TEXTS}"
    ".segue-flow .sg-gives,.segue-flow .sg-note{fill:var(--sg-muted)}"
    ".segue-flow .sg-line{fill:none;stroke:var(--sg-line);stroke-width:1.5}"
    ".segue-flow .sg-dash{stroke-dasharray:5 4}"
    ".segue-flow .sg-tip{fill:var(--sg-line);stroke:none}"
    ".segue-flow .sg-card{fill:var(--sg-card);stroke:var(--sg-edge);stroke-width:1.2}"
    ".segue-flow .sg-frame{fill:var(--sg-frame);stroke:var(--sg-frame-edge)}"
    ".segue-flow .sg-sheet{fill:none}"
    ".segue-flow .sg-head-back{fill:var(--sg-head)}"
    ".segue-flow .sg-refine-frame{stroke:var(--sg-guard-edge)}"
    ".segue-flow .sg-badge-back,.segue-flow .sg-mark-back{fill:var(--sg-badge)}"
    ".segue-flow .sg-kept-back{fill:var(--sg-kept)}.segue-flow .sg-kept{fill:var(--sg-kept-ink)}"
    ".segue-flow .sg-case-back{fill:var(--sg-which);stroke:var(--sg-which-edge)}"
    ".segue-flow polygon{fill:var(--sg-which);stroke:var(--sg-which-edge);stroke-width:1.2}"
    ".segue-flow .sg-icon{fill:var(--sg-muted)}"
    ".segue-flow .sg-person .sg-card,.segue-flow .sg-ask_person .sg-card,.segue-flow .sg-take_over .sg-card,"
    ".segue-flow .sg-ask_caller .sg-card{fill:var(--sg-person);stroke:var(--sg-person-edge)}"
    ".segue-flow .sg-person .sg-icon,.segue-flow .sg-ask_person .sg-icon,.segue-flow .sg-take_over .sg-icon,"
    ".segue-flow .sg-ask_caller .sg-icon{fill:var(--sg-person-edge)}"
    ".segue-flow .sg-go_on .sg-card{fill:none;stroke-dasharray:2 3}"
    ".segue-flow .sg-go_on text{fill:var(--sg-muted)}"
    ".segue-flow .sg-guard .sg-card{fill:var(--sg-guard);stroke:var(--sg-guard-edge)}"
    ".segue-flow .sg-guard .sg-icon{fill:var(--sg-guard-edge)}"
    ".segue-flow .sg-action .sg-card{fill:var(--sg-action);stroke:var(--sg-action-edge);stroke-width:1.8}"
    ".segue-flow .sg-action .sg-icon{fill:var(--sg-action-edge)}"
    ".segue-flow .sg-agent .sg-card{fill:var(--sg-agent);stroke:var(--sg-agent-edge)}"
    ".segue-flow .sg-agent .sg-icon{fill:var(--sg-agent-edge)}"
    ".segue-flow .sg-end .sg-card{fill:var(--sg-end);stroke:none}"
    ".segue-flow .sg-end text{fill:var(--sg-end-ink)}"
    f"{_MARKED}"
    ".segue-flow .sg-mark{fill:var(--sg-card)}"
    ".segue-flow .sg-quiet{opacity:.38}"
    # What a line runs behind must hide it.
    ".segue-flow [class$='-back sg-quiet']{opacity:1;fill:var(--sg-paper);stroke:var(--sg-edge)}"
)
