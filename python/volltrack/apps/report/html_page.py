"""The shell of an HTML page that needs nothing from outside: style, script, sections, tables."""

from __future__ import annotations

import base64
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

__all__ = ["Section", "render_facts", "render_page", "render_table"]

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1c2127; --paper: #ffffff; --faint: #5c6670; --line: #d5dadf; --band: #f3f5f7;
  --link: #1d5fa8; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e7eb; --paper: #15181c; --faint: #9aa5b0; --line: #39424b;
  --band: #1f242a; --link: #7db4ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.25rem 3rem; max-width: 1120px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: .4rem 0 .2rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.2rem 0 .3rem; }
nav { margin: .6rem 0; } nav a { margin-right: 1rem; white-space: nowrap; } a { color: var(--link); }
p { margin: .4rem 0; max-width: 60rem; } .note { color: var(--faint); } .warning { border-left: 4px solid #d98200;
  padding-left: .7rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: .35rem 1.5rem; margin: .6rem 0; }
dl div { border-bottom: 1px solid var(--line); padding: .1rem 0; overflow-wrap: anywhere; }
dt { color: var(--faint); font-size: .85rem; } dd { margin: 0; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; max-height: 32rem; overflow-y: auto; border: 1px solid var(--line); }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; width: 100%; }
td { white-space: nowrap; } th { vertical-align: bottom; } th, td { padding: .2rem .6rem; text-align: right; }
th.text, td.text { text-align: left; min-width: 4.5rem; white-space: normal; overflow-wrap: anywhere; }
thead th { position: sticky; top: 0; background: var(--band); } tbody tr:nth-child(even) { background: var(--band); }
th button { all: unset; cursor: pointer; } th button:focus-visible { outline: 2px solid var(--link); }
th button::after { content: " \\2195"; color: var(--faint); }
th[aria-sort=ascending] button::after { content: " \\2191"; color: inherit; }
th[aria-sort=descending] button::after { content: " \\2193"; color: inherit; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 27rem), 1fr)); gap: 1rem 1.5rem; }
figure { margin: .4rem 0; min-width: 0; } figcaption { color: var(--faint); font-size: .87rem; }
svg.figure { width: 100%; height: auto; display: block; } svg text { font-family: system-ui, sans-serif; }
.trees { overflow-x: auto; } .trees svg.figure { min-width: 50rem; }
pre { overflow: auto; max-height: 26rem; padding: .7rem; background: var(--band); border: 1px solid var(--line);
  font-size: .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; vertical-align: -.05em; }
footer { margin-top: 2.5rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem;
  overflow-wrap: anywhere; }
@media print {
  :root { color-scheme: light; --ink: #000; --paper: #fff; --faint: #444; --line: #bbb; --band: #f3f3f3; --link: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; }
  dl { grid-template-columns: repeat(3, 1fr); }
  .scroll, pre { max-height: none; overflow: visible; border: 0; } th button::after { content: "" !important; }
  #tracks-over-movie svg.figure { max-height: 15cm; }
  .trees { overflow: visible; } .trees svg.figure { min-width: 0; break-inside: avoid; }
  figure, dl div, tr { break-inside: avoid; } figure.trees { break-inside: auto; }
  h2, h3 { break-after: avoid; } thead th { position: static; }
  .plots { grid-template-columns: 1fr 1fr; } table { font-size: 7.5pt; } th, td { padding: .1rem .25rem; }
}
"""

_SCRIPT: Final = """
document.querySelectorAll('table.sortable').forEach(function (table) {
  var heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
  heads.forEach(function (head, column) {
    head.querySelector('button').addEventListener('click', function () {
      var up = head.getAttribute('aria-sort') !== 'ascending', text = head.classList.contains('text');
      heads.forEach(function (other) { other.removeAttribute('aria-sort'); });
      head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
      function key(row) { var cell = row.cells[column]; return cell.dataset.key || cell.textContent; }
      var rows = Array.from(body.rows).map(function (row) { return [key(row), row]; });
      rows.sort(function (a, b) {
        var x = a[0], y = b[0], order;
        if (text) { order = x.localeCompare(y, undefined, { numeric: true }); return up ? order : -order; }
        x = parseFloat(x); y = parseFloat(y);
        if (isNaN(x) || isNaN(y)) { return isNaN(x) - isNaN(y); }
        return up ? x - y : y - x;
      });
      rows.forEach(function (pair) { body.appendChild(pair[1]); });
    });
  });
});
"""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One part of the page.

    Parameters
    ----------
    name
        Anchor: lower-case letters.
    title
        Heading, as text.
    body
        HTML; whoever writes it has escaped what comes from files.
    """

    name: str
    title: str
    body: str


def render_page(title: str, sections: Sequence[Section], *, footer: str) -> str:
    """Return the page; its own policy forbids the browser to load or run anything from elsewhere.

    Parameters
    ----------
    title
        Text of the heading.
    sections
        In order.
    footer
        How the page was made, as text.
    """
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    links = "".join(f'<a href="#{part.name}">{escape(part.title)}</a>' for part in sections)
    parts = "".join(
        f'<section id="{part.name}"><h2>{escape(part.title)}</h2>\n{part.body}\n</section>\n' for part in sections
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style></head>\n<body>\n"
        f"<header><h1>{escape(title)}</h1><nav>{links}</nav></header>\n<main>\n{parts}</main>\n"
        f"<footer><p>{escape(footer)}</p></footer>\n<script>{_SCRIPT}</script>\n</body></html>\n"
    )


def render_facts(facts: Mapping[str, Any]) -> str:
    """Return names and values side by side; all are escaped."""
    items = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(_to_text(value))}</dd></div>" for name, value in facts.items()
    )
    return f"<dl>{items}</dl>"


def render_table(columns: Mapping[str, Sequence[Any]], *, sortable: bool = True) -> str:
    """Return a table with one row per item; all texts are escaped, and a column of texts stands at the left.

    Parameters
    ----------
    columns
        Values by heading, all of one length; a number that is not finite shows as a dash.
    sortable
        Whether a click on a heading sorts.
    """
    names = list(columns)
    is_text = [any(isinstance(value, str) for value in columns[name]) for name in names]
    kinds = [' class="text"' if text else "" for text in is_text]
    heads = "".join(
        f'<th scope="col"{kind}>{f"<button>{escape(name)}</button>" if sortable else escape(name)}</th>'
        for name, kind in zip(names, kinds, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{escape(_to_text(v))}</td>" for kind, v in zip(kinds, values, strict=True))
        + "</tr>\n"
        for values in zip(*(columns[name] for name in names), strict=True)
    )
    kind = ' class="sortable"' if sortable else ""
    return f'<div class="scroll"><table{kind}><thead><tr>{heads}</tr></thead>\n<tbody>{rows}</tbody></table></div>'


def _to_text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else "–"
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return str(value)
