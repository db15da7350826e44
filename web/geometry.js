// Where a sheet lies on the screen. Sheet points and boxes are sheet pixels, screen points CSS pixels of the canvas.

/** A view: `scale` CSS pixels per sheet pixel, the sheet point `x`, `y` in its middle, turned by `turn` × 90°. */
export const view = (scale, x, y, turn = 0) => ({ scale, x, y, turn });

const COS = [1, 0, -1, 0];
const SIN = [0, 1, 0, -1];

export const sizeOf = ([x1, y1, x2, y2]) => [x2 - x1, y2 - y1];
export const middleOf = ([x1, y1, x2, y2]) => [(x1 + x2) / 2, (y1 + y2) / 2];

export function toScreen({ scale, x, y, turn }, [width, height], [px, py]) {
  const [dx, dy] = [(px - x) * scale, (py - y) * scale];
  return [dx * COS[turn] - dy * SIN[turn] + width / 2, dx * SIN[turn] + dy * COS[turn] + height / 2];
}

export function toSheet({ scale, x, y, turn }, [width, height], [px, py]) {
  const [dx, dy] = [px - width / 2, py - height / 2];
  return [x + (dx * COS[turn] + dy * SIN[turn]) / scale, y + (dy * COS[turn] - dx * SIN[turn]) / scale];
}

/** The six numbers of `CanvasRenderingContext2D.setTransform` that draw sheet pixels; `ratio` device per CSS pixel. */
export function matrix({ scale, x, y, turn }, [width, height], ratio) {
  const [a, b] = [COS[turn] * scale * ratio, SIN[turn] * scale * ratio];
  return [a, b, -b, a, (width / 2) * ratio - a * x + b * y, (height / 2) * ratio - b * x - a * y];
}

function boxOf(points) {
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

export const boxOnScreen = (at, size, [x1, y1, x2, y2]) => boxOf([toScreen(at, size, [x1, y1]), toScreen(at, size, [x2, y2])]);
export const boxBetween = (one, other) => boxOf([one, other]);

/** What of a sheet of `sheet` pixels is seen, `margin` of the view's sides more on each side; `null` for none of it. */
export function visibleBox(at, [width, height], sheet, margin = 0) {
  const corners = [[-margin * width, -margin * height], [(1 + margin) * width, (1 + margin) * height]];
  const [x1, y1, x2, y2] = boxOf(corners.map((corner) => toSheet(at, [width, height], corner)));
  const box = [Math.max(x1, 0), Math.max(y1, 0), Math.min(x2, sheet[0]), Math.min(y2, sheet[1])];
  return box[2] - box[0] >= 1 && box[3] - box[1] >= 1 ? box : null;
}

export const contains = (outer, [x1, y1, x2, y2]) => x1 >= outer[0] && y1 >= outer[1] && x2 <= outer[2] && y2 <= outer[3];

/** The view that shows `box` within the `share` of the screen that it may take, no larger than `most`. */
export function fitting(box, [width, height], turn, share = 1, most = Infinity) {
  const [w, h] = turn % 2 ? sizeOf(box).reverse() : sizeOf(box);
  const scale = Math.min((share * width) / w, (share * height) / h, most);
  return view(scale, ...middleOf(box), turn);
}

/** `at` scaled to `scale` with the sheet point under the screen point `fixed` staying there. */
export function zoomedAt(at, size, scale, fixed) {
  const [before, after] = [toSheet(at, size, fixed), toSheet({ ...at, scale }, size, fixed)];
  return view(scale, at.x + before[0] - after[0], at.y + before[1] - after[1], at.turn);
}

/** `at` moved so that the sheet follows a finger by `dx`, `dy` CSS pixels; its middle stays on the sheet. */
export function panned(at, dx, dy, sheet) {
  const [x, y] = toSheet(at, [0, 0], [-dx, -dy]);
  return view(at.scale, Math.min(Math.max(x, 0), sheet[0]), Math.min(Math.max(y, 0), sheet[1]), at.turn);
}

/** Between two views, `share` of the way; sizes change by equal factors, as eyes expect. */
export function between(from, to, share) {
  const mix = (a, b) => a + (b - a) * share;
  return view(from.scale * (to.scale / from.scale) ** share, mix(from.x, to.x), mix(from.y, to.y), to.turn);
}
