"""A plan as one self-contained page, in the report's own style."""

from __future__ import annotations

from dataclasses import asdict

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

import app
from analysis.planning import Plan
from app.assets import resource
from app.planning.plot import DARK, LIGHT
from app.planning.words import MARK, NEVER, advice, blocks, cell

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Neuron Jury">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>A plan: how many images and raters</title>
<style>
:root { {% for shade in light %}--label-{{ loop.index0 }}: {{ shade }}; {% endfor %}}
@media screen and (prefers-color-scheme: dark) {
  :root { {% for shade in dark %}--label-{{ loop.index0 }}: {{ shade }}; {% endfor %}}
}
{{ style }}
.widths { width: auto; margin-top: 8px; }
.widths td, .widths thead th + th { text-align: right; padding-left: 24px; font-variant-numeric: tabular-nums; }
</style>
</head>
<body>
<main>
<header>
  <p class="kind">Neuron Jury plan</p>
  <h1>How many images, raters and repeats</h1>
  <p class="claim">How wide the 95&nbsp;% interval of each figure comes out: {{ plan.n_worlds }} studies of each design,
  simulated and analysed like real ones. The population, the unit and the raters are taken to be as listed below.</p>
</header>
{% if advice %}
<section id="advice">
  <h2>What to have more of</h2>
  <p class="lead">{{ advice[0] }}</p>
  <ul>{% for line in advice[1:] %}<li>{{ line[2:] }}</li>{% endfor %}</ul>
</section>
{% endif %}
<section id="plot" class="wide">
  <h2>Width against raters</h2>
  <div class="plot">{{ svg }}</div>
  <figcaption>The median width, from end to end; a line for each number of images.
  {% if repeated %}Subjectivity: broken lines with {{ repeated }} repeats.{% endif %}</figcaption>
</section>
<section id="widths">
  <h2>Widths</h2>
  <p class="lead">Rows are images in all, over {{ plan.base.n_bands }} bands of activation.</p>
  {% for block in blocks %}
  <h3>{{ block.title }}</h3>
  <div class="scroll"><table class="plain widths">
    <thead><tr><th scope="col">images</th>
    {% for n in block.raters %}<th scope="col">{{ n }} rater{{ "s" if n > 1 }}</th>{% endfor %}</tr></thead>
    <tbody>
    {% for name, row in block.rows %}
    <tr><th scope="row">{{ name }}</th>
    {% for width in row %}<td{% if width and width.median is not none %} title="in most studies from
    {{ "%.2g"|format(width.low) }} to {{ "%.2g"|format(width.high) }}"{% endif %}>{{ width|cell }}</td>{% endfor %}</tr>
    {% endfor %}
    </tbody>
  </table></div>
  {% if block.note %}<p class="note">{{ never }}, {{ mark }}: no interval in all or many of the studies
  ({{ block.note }}).</p>{% endif %}
  {% endfor %}
</section>
<section id="assumptions">
  <h2>What was assumed</h2>
  <p class="lead">Spreads are in standard deviations of the feature's strength over the population.</p>
  <table class="facts"><tbody>
  {% for name, value in facts %}<tr><th scope="row">{{ name }}</th><td>{{ value }}</td></tr>
  {% endfor %}</tbody></table>
</section>
<footer>Neuron Jury {{ version }}. Simulated: these numbers are about studies like this, not about any unit or
person.</footer>
</main>
</body>
</html>
"""


def render(plan: Plan, svg: str) -> str:
    """The whole page; `svg` is the plot. Everything else is escaped."""
    room = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    room.filters["cell"] = cell
    repeats = max(design.repeats for design in plan.designs)
    return room.from_string(_PAGE).render(
        plan=plan,
        advice=advice(plan),
        blocks=blocks(plan),
        svg=Markup(svg),
        style=Markup(resource("report", "style.css").read_text(encoding="utf-8")),
        light=LIGHT,
        dark=DARK,
        never=NEVER,
        mark=MARK,
        repeated=f"{100 * repeats:.0f} %" if repeats else "",
        facts=_facts(plan),
        version=app.__version__,
    )


def _facts(plan: Plan) -> list[tuple[str, str]]:
    told = []
    for name, value in asdict(plan.assumptions).items():
        if plan.assumptions.has_slider and name in ("categories", "thresholds"):
            continue
        if not plan.assumptions.has_slider and name.startswith("slider"):
            continue
        told.append((name.replace("_", " ").capitalize(), _told(name, value)))
    return [*told, ("Seed", str(plan.seed)), ("Bootstrap replicates", str(plan.n_replicates))]


def _told(name: str, value: object) -> str:
    if name == "activation":
        return "that of the pilot, by its weights" if value else "Gumbel's distribution: a heavy tail above"
    if isinstance(value, (list, tuple)):
        return ", ".join(_told("", part) for part in value)
    return f"{value:.2f}" if isinstance(value, float) else str(value)
