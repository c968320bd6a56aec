// How close one looks: all pictures on the screen are zoomed and shifted together, each within its own field.

export type Box = { x: number; y: number; width: number; height: number };
export type Size = { width: number; height: number };
/** Pixels of the screen for one of the picture, and which place of it (in shares) lies in the middle of its field. */
export type View = { scale: number; x: number; y: number };
const MOST = 16;

/** Where a picture lies in a field: whole and centred, or as it is looked at; never past its own edge. */
export function placed(size: Size, field: Box, view: View | null): Box {
  if (!view) {
    const scale = fitting(size, field);
    const [width, height] = [size.width * scale, size.height * scale];
    return { x: field.x + (field.width - width) / 2, y: field.y + (field.height - height) / 2, width, height };
  }
  const [width, height] = [size.width * view.scale, size.height * view.scale];
  // whole pixels of the screen, so that at 100 % a pixel is a pixel
  const x = Math.round(field.x + along(field.width, width, view.x));
  const y = Math.round(field.y + along(field.height, height, view.y));
  return { x, y, width, height };
}

function along(room: number, length: number, middle: number): number {
  if (length <= room) return (room - length) / 2;
  return Math.min(0, Math.max(room - length, room / 2 - middle * length));
}

export const fitting = (size: Size, field: Box) => Math.min(field.width / size.width, field.height / size.height);

/** As near as is asked, with what lay under a place of the screen still under it; farther than whole it is whole. */
export function zoomed(size: Size, field: Box, view: View | null, about: readonly [number, number], scale: number): View | null {
  const whole = fitting(size, field);
  return scale <= whole ? null : at(size, field, view, about, Math.min(scale, Math.max(MOST, 4 * whole)));
}

/** At a scale, with what lay under a place of the screen still under it. */
export function at(size: Size, field: Box, view: View | null, about: readonly [number, number], next: number): View {
  const box = placed(size, field, view);
  const [left, top] = [about[0] - ((about[0] - box.x) * next * size.width) / box.width, about[1] - ((about[1] - box.y) * next * size.height) / box.height];
  return settled(size, field, { scale: next, x: (field.x + field.width / 2 - left) / (size.width * next), y: (field.y + field.height / 2 - top) / (size.height * next) });
}

/** Shifted by so many pixels of the screen. */
export function shifted(size: Size, field: Box, view: View, dx: number, dy: number): View {
  return settled(size, field, { ...view, x: view.x - dx / (size.width * view.scale), y: view.y - dy / (size.height * view.scale) });
}

/** The same view with its middle where the picture's edge lets it be, so that a drag back answers at once. */
function settled(size: Size, field: Box, view: View): View {
  const within = (room: number, length: number, middle: number) => (length <= room ? 0.5 : Math.min(1 - room / 2 / length, Math.max(room / 2 / length, middle)));
  return { scale: view.scale, x: within(field.width, size.width * view.scale, view.x), y: within(field.height, size.height * view.scale, view.y) };
}
