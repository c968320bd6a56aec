// Drawing on a frame: a pen, an arrow, a box; what others drew is shown on the frames that they meant.

import { useRef, useState } from "react";
import type { Mark } from "../api";

type Point = [number, number];
export type Tool = "pen" | "arrow" | "box";
const FINEST = 0.003;

/** Marks over the picture, in shares of its width and height; with a tool they can be drawn. */
export function Sketch({ box, marks, tool, add }: { box: { x: number; y: number; width: number; height: number }; marks: readonly Mark[]; tool?: Tool | null; add?: (mark: Mark) => void }) {
  const [points, setPoints] = useState<Point[]>([]);
  const holder = useRef<SVGSVGElement>(null);
  const at = (event: React.PointerEvent): Point => {
    const area = holder.current!.getBoundingClientRect();
    const within = (share: number) => Math.min(1, Math.max(0, share));
    return [within((event.clientX - area.left) / area.width), within((event.clientY - area.top) / area.height)];
  };
  const drawing = tool && points.length > 1 ? [{ shape: tool, points, colour: "#e6a65c" } as Mark] : [];
  return (
    <svg
      ref={holder}
      className={tool ? "sketch drawing" : "sketch"}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      viewBox={`0 0 ${box.width} ${box.height}`}
      role="img"
      aria-label={marks.length ? `${marks.length} marks` : "no marks"}
      onPointerDown={(event) => {
        if (!tool) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        setPoints([at(event)]);
      }}
      onPointerMove={(event) => {
        if (!tool || points.length === 0) return;
        event.stopPropagation();
        const next = at(event);
        const last = points.at(-1)!;
        if (tool !== "pen") setPoints([points[0]!, next]);
        else if (Math.hypot(next[0] - last[0], next[1] - last[1]) > FINEST) setPoints([...points, next]);
      }}
      onPointerUp={(event) => {
        if (!tool) return;
        event.stopPropagation();
        if (points.length > 1) add?.({ shape: tool, points, colour: "#e6a65c" });
        setPoints([]);
      }}
      onLostPointerCapture={() => setPoints([])} // a second finger: it was to look closer, not to draw
    >
      {[...marks, ...drawing].map((mark, index) => (
        <Shape key={index} mark={mark} width={box.width} height={box.height} />
      ))}
    </svg>
  );
}

function Shape({ mark, width, height }: { mark: Mark; width: number; height: number }) {
  const points = mark.points.map(([x, y]) => [x * width, y * height] as Point);
  const line = { fill: "none", stroke: mark.colour, strokeWidth: 3, strokeLinecap: "round", strokeLinejoin: "round" } as const;
  const [first, last] = [points[0]!, points.at(-1)!];
  if (mark.shape === "box")
    return <rect x={Math.min(first[0], last[0])} y={Math.min(first[1], last[1])} width={Math.abs(last[0] - first[0])} height={Math.abs(last[1] - first[1])} {...line} />;
  if (mark.shape === "arrow") {
    const turn = Math.atan2(last[1] - first[1], last[0] - first[0]);
    const wing = (by: number) => `${last[0] - 16 * Math.cos(turn + by)},${last[1] - 16 * Math.sin(turn + by)}`;
    return <path d={`M${first} L${last} M${wing(0.5)} L${last} L${wing(-0.5)}`} {...line} />;
  }
  return <polyline points={points.map((one) => one.join(",")).join(" ")} {...line} />;
}
