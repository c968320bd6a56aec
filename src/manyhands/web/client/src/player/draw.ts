// How pictures are laid over each other on the screen: one, a wipe, side by side, their difference, the hands.

export type Mode = "one" | "wipe" | "side" | "difference" | "hands";

export type Layers = {
  pictures: readonly CanvasImageSource[];
  hands?: CanvasImageSource;
  mode: Mode;
  wipe: number;
  tint: number;
};

export type Box = { x: number; y: number; width: number; height: number };

/** Where a picture lies in a field, whole and centred. */
export function fitted(width: number, height: number, field: Box): Box {
  const scale = Math.min(field.width / width, field.height / height);
  const w = width * scale;
  const h = height * scale;
  return { x: field.x + (field.width - w) / 2, y: field.y + (field.height - h) / 2, width: w, height: h };
}

/** Draws the layers and says where the first picture lies. */
export function draw(canvas: HTMLCanvasElement, layers: Layers, aspect: number): Box {
  const context = canvas.getContext("2d")!;
  const field = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  context.globalCompositeOperation = "source-over";
  context.globalAlpha = 1;
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#0b0b0c";
  context.fillRect(0, 0, field.width, field.height);
  const [top, below] = layers.pictures;
  const put = (picture: CanvasImageSource, box: Box) => context.drawImage(picture, box.x, box.y, box.width, box.height);
  if (layers.mode === "side" && layers.pictures.length > 1) {
    const columns = layers.pictures.length > 2 ? 2 : aspect > 1.2 && canvas.width < canvas.height * 1.6 ? 1 : 2;
    const rows = Math.ceil(layers.pictures.length / columns);
    let first: Box | undefined;
    layers.pictures.forEach((picture, index) => {
      const cell = {
        x: ((index % columns) * field.width) / columns,
        y: (Math.floor(index / columns) * field.height) / rows,
        width: field.width / columns - 4,
        height: field.height / rows - 4,
      };
      const box = fitted(aspect, 1, cell);
      first ??= box;
      put(picture, box);
    });
    return first!;
  }
  const box = fitted(aspect, 1, field);
  if (!top) return box;
  put(top, box);
  if (layers.mode === "wipe" && below) {
    const edge = box.x + box.width * layers.wipe;
    context.save();
    context.beginPath();
    context.rect(edge, box.y, box.x + box.width - edge, box.height);
    context.clip();
    put(below, box);
    context.restore();
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
  return box;
}
