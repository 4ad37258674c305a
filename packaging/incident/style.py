"""How pictures and the page around them look: text that only picture.py fills in."""

STYLE = """\
svg text { font: 11px "DejaVu Sans", Verdana, sans-serif; fill: #111 }
svg text.label { text-anchor: end; fill: #333 } svg text.tick { text-anchor: end; font-size: 10px; fill: #333 }
svg text.middle, svg text.inside { text-anchor: middle } svg text.name { font-size: 15px; font-weight: bold }
svg text.inside { font-size: 10px }
svg text.loud { font-weight: bold; fill: #a00000; paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round }
svg text.start { text-anchor: start } svg text.event { font-weight: bold; paint-order: stroke; stroke: #fff; stroke-width: 3px }
.cut { fill: #eeeeee } .event { stroke: #111; stroke-width: 1.5; stroke-dasharray: 5 3 } svg text.event { stroke-dasharray: none }
.base { stroke: #111 } .rail { stroke: #bbb; stroke-dasharray: 1 3 }
.kept { fill: #2b5f8f } .lost { fill: url(#lost); stroke: #a00000; stroke-width: 0.8 } .both { fill: url(#both) }
.full { fill: #44546a } .hollow { fill: #fff; stroke: #44546a } .said { fill: #fff; stroke: #777; stroke-width: 0.8 }
.blocked { fill: url(#blocked); stroke: #a00000 }
"""

PATTERNS = """\
<pattern id="lost" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="4" height="4" fill="#fff"/><rect width="2" height="4" fill="#c00000"/></pattern>
<pattern id="both" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
<rect width="8" height="8" fill="#fbe3e3"/><rect width="3" height="8" fill="#e08080"/></pattern>
<pattern id="blocked" width="6" height="6" patternUnits="userSpaceOnUse">
<rect width="6" height="6" fill="#fff"/><path d="M0 0L6 6M6 0L0 6" stroke="#c00000" stroke-width="0.8"/></pattern>
"""

LEGEND = """\
<div class="legend">
<span><svg viewBox="0 0 26 13"><rect class="kept" width="26" height="13"/></svg>writes that are on c in the end</span>
<span><svg viewBox="0 0 26 13"><rect class="lost" width="26" height="13"/></svg>writes confirmed to a client by a,
and lost: not on c</span>
<span><svg viewBox="0 0 26 13"><rect class="both" width="26" height="13"/></svg>both servers take writes</span>
<span><svg viewBox="0 0 26 13"><rect class="full" width="26" height="13"/></svg>yes</span>
<span><svg viewBox="0 0 26 13"><rect class="said" x="0.5" y="0.5" width="25" height="12"/>
<text class="inside" x="13" y="10">c</text></svg>the node that this pgpool takes for the primary</span>
<span><svg viewBox="0 0 26 13"><rect class="blocked" x="0.5" y="0.5" width="25" height="12"/></svg>Pacemaker waits for
an administrator</span>
<span><svg viewBox="0 0 26 13"><rect class="cut" width="26" height="13"/></svg>site a is cut off</span>
</div>
"""

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>pgpool, and the network cut of a site</title>
<style>
body {{ margin: 24px auto; max-width: 1160px; padding: 0 16px; color: #111; background: #fff;
  font: 15px/1.45 "DejaVu Sans", Verdana, sans-serif }}
h1 {{ font-size: 22px; margin: 0 0 4px }} h2 {{ font-size: 16px; margin: 28px 0 4px }} p {{ margin: 4px 0 }}
table {{ border-collapse: collapse; margin: 14px 0 }} tr {{ border-bottom: 1px solid #ccc }}
tr:first-child {{ border-bottom: 2px solid #111 }}
th {{ text-align: left; font-weight: normal; padding: 3px 24px 3px 0 }} th.part {{ padding-left: 20px }}
td, tr:first-child th {{ text-align: right; font-weight: bold; padding: 3px 0 3px 36px; font-variant-numeric: tabular-nums }}
svg {{ display: block; width: 100%; height: auto }}
{style}.legend {{ display: flex; flex-wrap: wrap; gap: 4px 24px; margin-top: 20px; font-size: 13px }}
.legend svg {{ display: inline-block; width: 26px; height: 13px; vertical-align: -1px; margin-right: 6px }}
</style>
</head>
<body>
<svg style="position: absolute; width: 0; height: 0" aria-hidden="true"><defs>
{patterns}</defs></svg>
<h1>The network of site a is cut, and comes back</h1>
<p>Two sites. PostgreSQL&#8217;s primary is on a, its streaming standby on c;
clients of both sites write through pgpool.</p>
<table>
{table}
</table>
<p>What is blocked stays so until an administrator acts; the record ends a while after the reconnect.</p>
{pictures}
{legend}</body></html>
"""
