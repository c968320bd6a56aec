// The hand that looks closer: wheel, drag, two fingers, double click, and the same by keys.

import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { type Box, type Size, type View, at, fitting, shifted, zoomed } from "./view";

type Place = readonly [number, number];

/** How close the pictures on a screen are looked at, and the handlers that change it.
 *
 * @param fields where each picture may lie, in pixels of the canvas
 * @param mayDrag whether a plain drag moves the picture: where it has no other meaning
 */
export function useView(canvas: RefObject<HTMLCanvasElement | null>, holder: RefObject<HTMLElement | null>, size: Size, fields: RefObject<readonly Box[]>, mayDrag: boolean) {
  const [view, setView] = useState<View | null>(null);
  const [hand, setHand] = useState<"" | "open" | "closed">("");
  const latest = useRef(view);
  latest.current = view;
  const pointer = useRef<Place | null>(null);
  const fingers = useRef(new Map<number, Place>());
  const space = useRef({ held: false, dragged: false });

  const set = (next: View | null) => {
    latest.current = next;
    setView(next);
  };
  const onCanvas = (event: { clientX: number; clientY: number }): Place => {
    const area = canvas.current!.getBoundingClientRect();
    const ratio = canvas.current!.width / Math.max(1, area.width);
    return [(event.clientX - area.left) * ratio, (event.clientY - area.top) * ratio];
  };
  const fieldAt = ([x, y]: Place) => fields.current.find((one) => x >= one.x && y >= one.y && x <= one.x + one.width && y <= one.y + one.height) ?? fields.current[0];
  const about = (): Place => {
    const field = fields.current[0];
    return pointer.current ?? (field ? [field.x + field.width / 2, field.y + field.height / 2] : [0, 0]);
  };
  const scaleIn = (field: Box) => latest.current?.scale ?? fitting(size, field);

  const zoom = (by: number, place = about()) => {
    const field = fieldAt(place);
    if (field) set(zoomed(size, field, latest.current, place, scaleIn(field) * by));
  };
  const fit = () => set(null);
  /** One pixel of the picture is one of the screen; from there the whole again. */
  const pixels = (place = about()) => {
    const field = fieldAt(place);
    if (field) set(latest.current?.scale === 1 ? null : at(size, field, latest.current, place, 1));
  };
  const shift = (dx: number, dy: number) => {
    const field = fields.current[0];
    if (field && latest.current) set(shifted(size, field, latest.current, dx, dy));
  };

  const take = () => {
    for (const id of fingers.current.keys()) holder.current?.setPointerCapture(id);
    setHand("closed");
  };
  const handlers = {
    onPointerDownCapture: (event: PointerEvent) => {
      fingers.current.set(event.pointerId, onCanvas(event));
      if (event.button !== 1 && !space.current.held && fingers.current.size < 2) return;
      space.current.dragged = true;
      event.stopPropagation(); // whatever else a press would do, this one is for the picture
      event.preventDefault();
      take();
    },
    /** What a press that nothing else took does. */
    onPointerDown: (event: PointerEvent) => {
      if (mayDrag && latest.current && event.button === 0) take();
    },
    onPointerMoveCapture: (event: PointerEvent) => {
      const place = onCanvas(event);
      pointer.current = place;
      const before = fingers.current.get(event.pointerId);
      if (!hand || hand === "open" || !before) return;
      event.stopPropagation();
      const other = [...fingers.current].find(([id]) => id !== event.pointerId)?.[1];
      fingers.current.set(event.pointerId, place);
      const part = other ? 0.5 : 1; // of two fingers each moves the middle by half
      if (other) {
        const apart = (one: Place) => Math.max(1, Math.hypot(one[0] - other[0], one[1] - other[1]));
        zoom(apart(place) / apart(before), [(place[0] + other[0]) / 2, (place[1] + other[1]) / 2]);
      }
      shift((place[0] - before[0]) * part, (place[1] - before[1]) * part);
    },
    onPointerUpCapture: (event: PointerEvent) => {
      fingers.current.delete(event.pointerId);
      if (fingers.current.size === 0) setHand(space.current.held ? "open" : "");
    },
    onPointerLeave: () => {
      pointer.current = null;
    },
    onDoubleClick: (event: React.MouseEvent) => {
      if (!(event.target as Element).closest(".drawing")) pixels(onCanvas(event));
    },
  };

  const wheel = useRef((_: WheelEvent) => {});
  wheel.current = (event) => {
    event.preventDefault();
    zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015)), onCanvas(event));
  };
  useEffect(() => {
    const element = holder.current!;
    const listen = (event: WheelEvent) => wheel.current(event);
    element.addEventListener("wheel", listen, { passive: false }); // React's own listener is passive
    return () => element.removeEventListener("wheel", listen);
  }, [holder]);
  useEffect(() => {
    const leave = () => {
      space.current = { held: false, dragged: false };
      fingers.current.clear();
      setHand("");
    };
    window.addEventListener("blur", leave); // what is let go elsewhere is not heard here
    return () => window.removeEventListener("blur", leave);
  }, []);

  return {
    view,
    hand,
    handlers: { ...handlers, onPointerCancelCapture: handlers.onPointerUpCapture },
    zoom,
    fit,
    pixels,
    onCanvas,
    /** The space bar goes down: from now on a drag moves the picture. */
    holdSpace: () => {
      if (space.current.held) return;
      space.current = { held: true, dragged: false };
      setHand("open");
    },
    /** It is let go; whether it was pressed for itself, and nothing was dragged with it. */
    leaveSpace: (): boolean => {
      const { held, dragged } = space.current;
      space.current = { held: false, dragged: false };
      if (held && fingers.current.size === 0) setHand("");
      return held && !dragged;
    },
  };
}
