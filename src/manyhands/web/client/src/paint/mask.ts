// Painting on a matte: a row of greys as large as the plate, 0 outside, 255 inside.  Pure, without a screen.

export type Mask = { width: number; height: number; data: Uint8Array };
export type Rect = { x: number; y: number; width: number; height: number };
export type Place = readonly [number, number];

export const empty = (width: number, height: number): Mask => ({ width, height, data: new Uint8Array(width * height) });

/** A stroke's straight piece: soft towards its edge by what is not hard; pixels on its way are never taken back by it. */
export function stroke(mask: Mask, from: Place, to: Place, radius: number, hardness: number, erase: boolean): Rect {
  const edge = Math.max(radius, 0.5) + 0.5;
  const area = within(mask, Math.min(from[0], to[0]) - edge, Math.min(from[1], to[1]) - edge, Math.max(from[0], to[0]) + edge, Math.max(from[1], to[1]) + edge);
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const long = dx * dx + dy * dy;
  const soft = Math.max(1, (1 - hardness) * radius);
  for (let y = area.y; y < area.y + area.height; y++) {
    for (let x = area.x; x < area.x + area.width; x++) {
      const [px, py] = [x + 0.5 - from[0], y + 0.5 - from[1]];
      const along = long > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / long)) : 0;
      const away = Math.hypot(px - along * dx, py - along * dy);
      const cover = Math.round(255 * Math.min(1, Math.max(0, (edge - away) / soft)));
      const at = y * mask.width + x;
      mask.data[at] = erase ? Math.min(mask.data[at]!, 255 - cover) : Math.max(mask.data[at]!, cover);
    }
  }
  return area;
}

const ROWS = 4; // each row of pixels is cut so often; along it edges are exact

/** A closed line filled, its edge by how much of each pixel it covers; where it crosses itself, even and odd. */
export function polygon(mask: Mask, points: readonly Place[], erase: boolean): Rect {
  const xs = points.map((one) => one[0]);
  const ys = points.map((one) => one[1]);
  const area = within(mask, Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  const row = new Float32Array(mask.width);
  for (let y = area.y; y < area.y + area.height; y++) {
    row.fill(0);
    for (let part = 0; part < ROWS; part++) {
      const at = y + (part + 0.5) / ROWS;
      const crossings: number[] = [];
      points.forEach(([x0, y0], index) => {
        const [x1, y1] = points[(index + 1) % points.length]!;
        if (y0 <= at !== y1 <= at) crossings.push(x0 + ((at - y0) / (y1 - y0)) * (x1 - x0));
      });
      crossings.sort((a, b) => a - b);
      for (let index = 0; index + 1 < crossings.length; index += 2) {
        const left = Math.max(0, crossings[index]!);
        const right = Math.min(mask.width, crossings[index + 1]!);
        for (let x = Math.floor(left); x < right; x++) row[x]! += Math.max(0, Math.min(x + 1, right) - Math.max(x, left)) / ROWS;
      }
    }
    for (let x = area.x; x < area.x + area.width; x++) {
      const cover = Math.round(255 * Math.min(1, row[x]!));
      const at = y * mask.width + x;
      mask.data[at] = erase ? Math.min(mask.data[at]!, 255 - cover) : Math.max(mask.data[at]!, cover);
    }
  }
  return area;
}

/** Fills what a place lies in, up to a painted line, and the inner side of that line's soft edge; or empties it. */
export function fill(mask: Mask, place: Place, erase: boolean): Rect {
  const { width, height, data } = mask;
  const start = Math.floor(place[1]) * width + Math.floor(place[0]);
  const to = erase ? 0 : 255;
  const nearer = erase ? (a: number, b: number) => a < b : (a: number, b: number) => a > b; // on the way up the line
  const open = (grey: number) => (erase ? grey >= 128 : grey < 128);
  if (place[0] < 0 || place[1] < 0 || place[0] >= width || place[1] >= height || !open(data[start]!)) return { x: 0, y: 0, width: 0, height: 0 };
  const before = data.slice();
  const seen = new Uint8Array(data.length);
  const todo = [start];
  seen[start] = 1;
  let [left, top, right, bottom] = [width, height, 0, 0];
  while (todo.length) {
    const at = todo.pop()!;
    const x = at % width;
    const y = (at - x) / width;
    data[at] = to;
    left = Math.min(left, x);
    right = Math.max(right, x + 1);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y + 1);
    const go = (next: number) => {
      if (seen[next] || !(open(before[next]!) ? open(before[at]!) : nearer(before[next]!, before[at]!))) return;
      seen[next] = 1;
      todo.push(next);
    };
    if (x > 0) go(at - 1);
    if (x + 1 < width) go(at + 1);
    if (y > 0) go(at - width);
    if (y + 1 < height) go(at + width);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

export function share(mask: Mask): number {
  let sum = 0;
  for (const grey of mask.data) sum += grey;
  return sum / 255 / mask.data.length;
}

export function union(one: Rect | null, other: Rect): Rect {
  if (!one || !one.width || !one.height) return other;
  if (!other.width || !other.height) return one;
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  return { x, y, width: Math.max(one.x + one.width, other.x + other.width) - x, height: Math.max(one.y + one.height, other.y + other.height) - y };
}

function within(mask: Mask, left: number, top: number, right: number, bottom: number): Rect {
  const x = Math.max(0, Math.floor(left));
  const y = Math.max(0, Math.floor(top));
  return { x, y, width: Math.max(0, Math.min(mask.width, Math.ceil(right)) - x), height: Math.max(0, Math.min(mask.height, Math.ceil(bottom)) - y) };
}

// -- undo ------------------------------------------------------------------------------------------

type Step = { area: Rect; before: Uint8Array; after: Uint8Array };
const MOST_BYTES = 256 << 20;

/** What was done, to be undone and done again: of each step only the part that it touched is kept. */
export class History {
  private done: Step[] = [];
  private undone: Step[] = [];
  private bytes = 0;

  get canUndo() {
    return this.done.length > 0;
  }
  get canRedo() {
    return this.undone.length > 0;
  }

  /** Keep a step: the matte as it was before, whole, and as it is. */
  keep(before: Uint8Array, mask: Mask, area: Rect) {
    if (!area.width || !area.height) return;
    const step = { area, before: cut(before, mask.width, area), after: cut(mask.data, mask.width, area) };
    for (const one of this.undone) this.bytes -= 2 * one.before.length;
    this.undone = [];
    this.done.push(step);
    this.bytes += 2 * step.before.length;
    while (this.bytes > MOST_BYTES && this.done.length > 1) this.bytes -= 2 * this.done.shift()!.before.length;
  }

  undo(mask: Mask): Rect | null {
    const step = this.done.pop();
    if (!step) return null;
    this.undone.push(step);
    return put(mask, step.before, step.area);
  }

  redo(mask: Mask): Rect | null {
    const step = this.undone.pop();
    if (!step) return null;
    this.done.push(step);
    return put(mask, step.after, step.area);
  }
}

function cut(data: Uint8Array, width: number, area: Rect): Uint8Array {
  const part = new Uint8Array(area.width * area.height);
  for (let row = 0; row < area.height; row++) {
    const from = (area.y + row) * width + area.x;
    part.set(data.subarray(from, from + area.width), row * area.width);
  }
  return part;
}

function put(mask: Mask, part: Uint8Array, area: Rect): Rect {
  for (let row = 0; row < area.height; row++) mask.data.set(part.subarray(row * area.width, (row + 1) * area.width), (area.y + row) * mask.width + area.x);
  return area;
}
