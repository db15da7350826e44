"""`web/geometry.js`: what is on the screen is where the sheet says."""

from __future__ import annotations

import pytest

from tests.page.conftest import Visit

PROPERTIES = {
    "a point comes back from the screen": """
      const [x, y] = g.toSheet(at, size, g.toScreen(at, size, point));
      return near(x, point[0]) && near(y, point[1]);""",
    "the canvas is told the same": """
      const [a, b, c, d, e, f] = g.matrix(at, size, 2);
      const [x, y] = g.toScreen(at, size, point);
      return near(a * point[0] + c * point[1] + e, 2 * x) && near(b * point[0] + d * point[1] + f, 2 * y);""",
    "zooming leaves the pointer on its spot": """
      const [x, y] = g.toSheet(g.zoomedAt(at, size, at.scale * 3, [50, 60]), size, [50, 60]);
      const [before_x, before_y] = g.toSheet(at, size, [50, 60]);
      return near(x, before_x) && near(y, before_y);""",
    "the sheet follows the finger": """
      const moved = g.panned(at, 10, -20, [4000, 3000]);
      const [[x, y], [before_x, before_y]] = [g.toScreen(moved, size, point), g.toScreen(at, size, point)];
      return near(x - before_x, 10) && near(y - before_y, -20);""",
    "a box that is fitted is seen as a whole": """
      const box = [100, 200, 900, 400];
      const [x1, y1, x2, y2] = g.boxOnScreen(g.fitting(box, size, at.turn), size, box);
      return x1 > -0.01 && y1 > -0.01 && x2 < size[0] + 0.01 && y2 < size[1] + 0.01;""",
    "what is visible is what the screen shows": """
      const amid = g.view(at.scale, 5e5, 5e5, at.turn);
      const seen = g.boxOnScreen(amid, size, g.visibleBox(amid, size, [1e6, 1e6]));
      return near(seen[0], 0) && near(seen[1], 0) && near(seen[2], size[0]) && near(seen[3], size[1]);""",
    "half way is half way": """
      const to = g.view(at.scale * 4, at.x + 10, at.y, at.turn);
      const middle = g.between(at, to, 0.5);
      return near(middle.scale, at.scale * 2) && near(middle.x, at.x + 5);""",
}
_EACH = """async ([url, property]) => {
  const g = await import(url + "/ui/geometry.js");
  const near = (a, b) => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(a));
  const holds = new Function("g", "near", "at", "size", "point", property);
  const broken = [];
  for (const turn of [0, 1, 2, 3])
    for (const scale of [0.05, 0.7, 3, 16])
      for (const point of [[0, 0], [2000, 100], [1234.5, 2999]])
        if (!holds(g, near, g.view(scale, 2100, 1500, turn), [900, 600], point)) broken.push([turn, scale, point]);
  return broken;
}"""


@pytest.mark.parametrize("name", PROPERTIES)
def test_geometry_holds_for_every_turn_and_size(visit: Visit, url: str, name: str) -> None:
    visitor = visit(bypass_csp=True)  # the property is handed over as text, which the page itself forbids
    assert visitor.page.evaluate(_EACH, [url, PROPERTIES[name]]) == []
