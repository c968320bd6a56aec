// The easel: a frame of the plate at its own size, the matte over it, and what a hand does to it.

import { useCallback, useEffect, useRef, useState } from "react";
import { type Mask, type Place, type Rect, fill, polygon, stroke, union } from "./mask";
import type { Sheet } from "./sheets";

export type Tool = "brush" | "polygon" | "fill";
export type Brush = { tool: Tool; erase: boolean; size: number; hardness: number };
export type Look = { colour: string; opacity: number; isMatte: boolean; onion: boolean };
type View = { scale: number; x: number; y: number };

type Props = {
  plate: string;
  width: number;
  height: number;
  sheet: Sheet | null;
  onion: Mask | null;
  brush: Brush;
  look: Look;
  /** Grows when the matte was changed from elsewhere: all of it is drawn anew. */
  turn: number;
  changed: () => void;
};

export function Easel({ plate, width, height, sheet, onion, brush, look, turn, changed }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const [picture, setPicture] = useState<ImageBitmap | null>(null);
  const [failed, setFailed] = useState("");
  const [panning, setPanning] = useState(false);
  const overlay = useRef<OffscreenCanvas>(null);
  const beneath = useRef<OffscreenCanvas>(null);
  const view = useRef<View | null>(null);
  const pen = useRef<Place | null>(null);
  const corners = useRef<Place[]>([]);
  const held = useRef({ space: false, erase: false });
  const doing = useRef<{ before: Uint8Array; last: Place; area: Rect | null; erase: boolean } | null>(null);
  const fingers = useRef(new Map<number, Place>());
  const now = useRef({ sheet, brush, look, picture });
  now.current = { sheet, brush, look, picture };
  const asked = useRef(0);

  const draw = useCallback(() => {
    cancelAnimationFrame(asked.current);
    asked.current = requestAnimationFrame(() => {
      const screen = canvas.current;
      const { brush, look, picture, sheet } = now.current;
      if (!screen) return;
      const context = screen.getContext("2d")!;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = "#0b0b0c";
      context.fillRect(0, 0, screen.width, screen.height);
      const at = (view.current ??= fitting(screen, width, height));
      context.setTransform(at.scale, 0, 0, at.scale, at.x, at.y);
      context.imageSmoothingEnabled = at.scale < 2; // pixels are seen where they are large enough
      if (look.isMatte) {
        context.fillStyle = "#000";
        context.fillRect(0, 0, width, height);
      } else if (picture) context.drawImage(picture, 0, 0, width, height);
      if (look.onion && beneath.current && !look.isMatte) {
        context.globalAlpha = 0.35;
        context.drawImage(beneath.current, 0, 0);
      }
      if (overlay.current) {
        context.globalAlpha = look.isMatte ? 1 : look.opacity;
        context.drawImage(overlay.current, 0, 0);
      }
      context.globalAlpha = 1;
      pencilled(context, corners.current, pen.current, 1 / at.scale);
      if (pen.current && brush.tool === "brush" && sheet) ring(context, pen.current, brush.size, 1 / at.scale);
      screen.dataset.frame = String(sheet?.frame ?? "");
    });
  }, [width, height]);

  const tinted = useCallback(
    (area: Rect) => {
      const { sheet, look } = now.current;
      overlay.current ??= new OffscreenCanvas(width, height);
      if (sheet) tint(overlay.current, sheet.mask, look.isMatte ? "#ffffff" : look.colour, area);
      draw();
    },
    [width, height, draw],
  );

  useEffect(() => {
    let wanted = true;
    setFailed("");
    fetch(plate)
      .then((response) => (response.ok ? response.blob() : Promise.reject(new Error(`The plate's frame does not come (${response.status}).`))))
      .then((file) => createImageBitmap(file))
      .then(
        (found) => wanted && setPicture(found),
        (error: Error) => wanted && setFailed(error.message),
      );
    return () => {
      wanted = false;
    };
  }, [plate]);

  const whole = { x: 0, y: 0, width, height };
  useEffect(() => tinted(whole), [sheet, look.colour, look.isMatte, turn]); // eslint-disable-line
  useEffect(() => {
    beneath.current = onion ? new OffscreenCanvas(width, height) : null;
    if (onion && beneath.current) tint(beneath.current, onion, "#58b4ff", whole);
    draw();
  }, [onion]); // eslint-disable-line
  useEffect(draw, [draw, picture, look, brush]);
  useEffect(() => {
    corners.current = [];
    draw();
  }, [sheet, brush.tool, draw]);

  useEffect(() => {
    const size = () => {
      if (!canvas.current || !holder.current) return;
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      canvas.current.width = Math.max(1, Math.round(holder.current.clientWidth * ratio));
      canvas.current.height = Math.max(1, Math.round(holder.current.clientHeight * ratio));
      view.current = null;
      draw();
    };
    const watch = new ResizeObserver(size);
    if (holder.current) watch.observe(holder.current);
    return () => watch.disconnect();
  }, [draw]);

  // -- places ---------------------------------------------------------------------------------------

  const onScreen = (event: { clientX: number; clientY: number }): Place => {
    const at = canvas.current!.getBoundingClientRect();
    const ratio = canvas.current!.width / at.width;
    return [(event.clientX - at.left) * ratio, (event.clientY - at.top) * ratio];
  };
  const inPlate = ([x, y]: Place): Place => {
    const { scale, x: left, y: top } = view.current!;
    return [(x - left) / scale, (y - top) / scale];
  };
  const zoom = (about: Place, by: number) => {
    const at = view.current!;
    const scale = Math.min(32, Math.max(0.05, at.scale * by));
    view.current = { scale, x: about[0] - ((about[0] - at.x) * scale) / at.scale, y: about[1] - ((about[1] - at.y) * scale) / at.scale };
    draw();
  };
  const shift = (dx: number, dy: number) => {
    view.current = { ...view.current!, x: view.current!.x + dx, y: view.current!.y + dy };
    draw();
  };

  // -- what the hand does ---------------------------------------------------------------------------

  const finish = useCallback(
    (before: Uint8Array, area: Rect | null) => {
      const { sheet } = now.current;
      if (!sheet || !area || !area.width || !area.height) return;
      sheet.history.keep(before, sheet.mask, area);
      tinted(area);
      changed();
    },
    [tinted, changed],
  );

  const close = useCallback(
    (erase: boolean) => {
      const { sheet } = now.current;
      const points = corners.current;
      corners.current = [];
      if (sheet && points.length > 2) {
        const before = sheet.mask.data.slice();
        finish(before, polygon(sheet.mask, points, erase));
      }
      draw();
    },
    [draw, finish],
  );

  const paintTo = (place: Place, pressure: number) => {
    const { sheet, brush } = now.current;
    if (!sheet || !doing.current) return;
    const radius = (brush.size / 2) * pressure;
    const area = stroke(sheet.mask, doing.current.last, place, radius, brush.hardness, doing.current.erase);
    doing.current.last = place;
    doing.current.area = union(doing.current.area, area);
    tinted(area);
  };
  const pressed = (event: PointerEvent) => (event.pointerType === "pen" ? 0.25 + 0.75 * event.pressure : 1);

  const onDown = (event: React.PointerEvent) => {
    const { sheet, brush } = now.current;
    if (!view.current) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, onScreen(event));
    const place = inPlate(onScreen(event));
    pen.current = place;
    if (fingers.current.size === 2 && doing.current && sheet) {
      sheet.mask.data.set(doing.current.before); // a second finger: it was to move the picture, not to paint
      doing.current = null;
      tinted(whole);
    }
    if (fingers.current.size > 1 || event.button === 1 || held.current.space) return setPanning(true);
    if (!sheet || !now.current.picture) return;
    const erase = brush.erase || held.current.erase || event.button === 2 || (event.buttons & 32) > 0;
    if (brush.tool === "fill") {
      const before = sheet.mask.data.slice();
      finish(before, fill(sheet.mask, place, erase));
    } else if (brush.tool === "polygon") {
      const first = corners.current[0];
      const near = 10 / view.current.scale;
      if (first && corners.current.length > 2 && Math.hypot(place[0] - first[0], place[1] - first[1]) < near) close(erase);
      else corners.current.push(place);
      draw();
    } else {
      doing.current = { before: sheet.mask.data.slice(), last: place, area: null, erase };
      paintTo(place, pressed(event.nativeEvent));
    }
  };

  const onMove = (event: React.PointerEvent) => {
    if (!view.current) return;
    const at = onScreen(event);
    const before = fingers.current.get(event.pointerId);
    pen.current = inPlate(at);
    if (panning && before) {
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      fingers.current.set(event.pointerId, at);
      if (other) {
        const middle: Place = [(at[0] + other[0]) / 2, (at[1] + other[1]) / 2];
        zoom(middle, Math.hypot(at[0] - other[0], at[1] - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1])));
        return shift((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
      }
      return shift(at[0] - before[0], at[1] - before[1]);
    }
    if (doing.current) {
      const between = event.nativeEvent.getCoalescedEvents?.() ?? [];
      for (const one of between.length ? between : [event.nativeEvent]) paintTo(inPlate(onScreen(one)), pressed(one));
    } else draw();
  };

  const onUp = (event: React.PointerEvent) => {
    fingers.current.delete(event.pointerId);
    if (fingers.current.size === 0) setPanning(false);
    const done = doing.current;
    doing.current = null;
    if (done) finish(done.before, done.area);
  };

  useEffect(() => {
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      if (view.current) zoom(onScreen(event), Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)));
    };
    const element = holder.current!;
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }); // what a wheel does is not passive, which React's own listener is

  useEffect(() => {
    const inField = (event: KeyboardEvent) => (event.target as HTMLElement).closest("input:not([type=range]), textarea, select, dialog");
    const onKey = (event: KeyboardEvent) => {
      if (inField(event) || event.ctrlKey || event.metaKey || event.altKey) return;
      const onButton = (event.target as HTMLElement).closest("button, a, summary");
      const key = event.key.toLowerCase();
      if (key === "x") held.current.erase = true;
      else if (key === " " && !onButton) held.current.space = true;
      else if (key === "enter" && !onButton && corners.current.length) close(now.current.brush.erase || held.current.erase);
      else if (key === "escape" && corners.current.length) corners.current = [];
      else if (key === "backspace" && corners.current.length) corners.current.pop();
      else if (key === "f") view.current = null;
      else if (key === "1" && view.current) zoom([canvas.current!.width / 2, canvas.current!.height / 2], 1 / view.current.scale);
      else return;
      event.preventDefault();
      draw();
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "x") held.current.erase = false;
      if (event.key === " ") held.current.space = false;
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("keyup", onKeyUp);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("keyup", onKeyUp);
    };
  }, [close, draw]); // eslint-disable-line

  return (
    <div className={`screen easel${panning ? " panning" : brush.tool === "brush" ? " ringed" : ""}`} ref={holder}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={`Frame ${sheet?.frame ?? ""} of the plate, with what is painted`}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerUp={onUp}
        onPointerCancel={onUp}
        onPointerLeave={() => {
          pen.current = null;
          draw();
        }}
        onDoubleClick={() => brush.tool === "polygon" && close(brush.erase || held.current.erase)}
        onContextMenu={(event) => event.preventDefault()}
      />
      {failed && <p className="failed" role="alert">{failed}</p>}
      {!failed && (!picture || !sheet) && <p className="failed quiet" role="status">The frame is coming …</p>}
    </div>
  );
}

function fitting(screen: HTMLCanvasElement, width: number, height: number): View {
  const scale = Math.min(screen.width / width, screen.height / height);
  return { scale, x: (screen.width - width * scale) / 2, y: (screen.height - height * scale) / 2 };
}

function tint(canvas: OffscreenCanvas, mask: Mask, colour: string, area: Rect) {
  if (!area.width || !area.height) return;
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  const part = new ImageData(area.width, area.height);
  for (let row = 0; row < area.height; row++) {
    for (let column = 0; column < area.width; column++) {
      const to = 4 * (row * area.width + column);
      part.data[to] = red;
      part.data[to + 1] = green;
      part.data[to + 2] = blue;
      part.data[to + 3] = mask.data[(area.y + row) * mask.width + area.x + column]!;
    }
  }
  canvas.getContext("2d")!.putImageData(part, area.x, area.y);
}

function ring(context: CanvasRenderingContext2D, place: Place, size: number, pixel: number) {
  for (const [colour, wide] of [["#000", 3], ["#fff", 1.2]] as const) {
    context.beginPath();
    context.arc(place[0], place[1], size / 2, 0, 2 * Math.PI);
    context.strokeStyle = colour;
    context.lineWidth = wide * pixel;
    context.stroke();
  }
}

function pencilled(context: CanvasRenderingContext2D, points: readonly Place[], pen: Place | null, pixel: number) {
  if (!points.length) return;
  for (const [colour, wide] of [["#000", 3.5], ["#fff", 1.5]] as const) {
    context.beginPath();
    for (const [x, y] of points) context.lineTo(x, y);
    if (pen) context.lineTo(pen[0], pen[1]);
    context.strokeStyle = colour;
    context.lineWidth = wide * pixel;
    context.stroke();
  }
  const [x, y] = points[0]!;
  context.fillStyle = "#fff";
  context.fillRect(x - 4 * pixel, y - 4 * pixel, 8 * pixel, 8 * pixel);
}
