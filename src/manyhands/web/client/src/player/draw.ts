// How pictures are laid over each other on the screen: one, a wipe, side by side, their difference, the hands.

import { type Box, type Size, type View, placed } from "./view";

export type Mode = "one" | "wipe" | "side" | "difference" | "hands";

export type Layers = {
  pictures: readonly CanvasImageSource[];
  hands?: CanvasImageSource;
  mode: Mode;
  wipe: number;
  tint: number;
  /** Whether the pictures are of the frame's own size: then their pixels are shown where they are large enough. */
  isStill: boolean;
};

/** The field of each picture and where it lies, in pixels of the canvas. */
export type Laid = { fields: readonly Box[]; boxes: readonly Box[] };

const GAP = 4;
const PIXELS_SEEN = 2;

/** The fields that a mode divides the screen into. */
export function fieldsOf(mode: Mode, count: number, room: Size, aspect: number): Box[] {
  if (mode !== "side" || count < 2) return [{ x: 0, y: 0, ...room }];
  const columns = count === 2 && aspect > 1.2 && room.width < room.height * 1.6 ? 1 : 2;
  const rows = Math.ceil(count / columns);
  const [width, height] = [(room.width - GAP * (columns - 1)) / columns, (room.height - GAP * (rows - 1)) / rows];
  return Array.from({ length: count }, (_, index) => ({ x: (index % columns) * (width + GAP), y: Math.floor(index / columns) * (height + GAP), width, height }));
}

/** Draws the layers and says where the pictures lie. */
export function draw(canvas: HTMLCanvasElement, layers: Layers, size: Size, view: View | null): Laid {
  const context = canvas.getContext("2d")!;
  const fields = fieldsOf(layers.mode, layers.pictures.length, { width: canvas.width, height: canvas.height }, size.width / size.height);
  const boxes = fields.map((field) => placed(size, field, view));
  context.globalCompositeOperation = "source-over";
  context.globalAlpha = 1;
  context.imageSmoothingEnabled = !(layers.isStill && boxes[0]!.width / size.width > PIXELS_SEEN);
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#0b0b0c";
  context.fillRect(0, 0, canvas.width, canvas.height);
  const put = (picture: CanvasImageSource, box: Box) => context.drawImage(picture, box.x, box.y, box.width, box.height);
  const within = (area: Box, act: () => void) => {
    context.save();
    context.beginPath();
    context.rect(area.x, area.y, area.width, area.height);
    context.clip();
    act();
    context.restore();
  };
  if (fields.length > 1) {
    layers.pictures.forEach((picture, index) => within(fields[index]!, () => put(picture, boxes[index]!)));
    return { fields, boxes };
  }
  const [top, below] = layers.pictures;
  const box = boxes[0]!;
  if (!top) return { fields, boxes };
  put(top, box);
  if (layers.mode === "wipe" && below) {
    const edge = box.x + box.width * layers.wipe;
    within({ ...box, x: edge, width: box.x + box.width - edge }, () => put(below, box));
    context.fillStyle = "#e8e6e1";
    context.fillRect(Math.round(edge) - 1, box.y, 2, box.height);
  }
  if (layers.mode === "difference" && below) {
    context.globalCompositeOperation = "difference";
    put(below, box);
    // four times as bright, so that small changes are seen
    context.globalCompositeOperation = "color-dodge";
    context.fillStyle = "#bfbfbf";
    context.fillRect(box.x, box.y, box.width, box.height);
    context.globalCompositeOperation = "source-over";
  }
  if (layers.mode === "hands" && layers.hands) {
    context.globalAlpha = layers.tint;
    put(layers.hands, box);
    context.globalAlpha = 1;
  }
  return { fields, boxes };
}
