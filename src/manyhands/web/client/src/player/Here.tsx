// What is drawn on the picture with a note: a point, a box, a polygon, strokes of a brush.

import { useEffect, useRef, useState } from "react";
import type { Pointed, Stroke } from "../api";
import type { Box } from "./view";

export type HereTool = Stroke["tool"];
type Point = [number, number];
const FINEST = 0.004;

/** Strokes over the picture, in shares of its width and height; with a tool they can be drawn. */
export function HereMarks({ box, strokes, tool, radius, add }: { box: Box; strokes: readonly Stroke[]; tool: HereTool | null; radius: number; add: (stroke: Stroke) => void }) {
  const [points, setPoints] = useState<Point[]>([]);
  const [pen, setPen] = useState<Point | null>(null);
  const holder = useRef<SVGSVGElement>(null);
  const at = (event: React.PointerEvent): Point => {
    const area = holder.current!.getBoundingClientRect();
    const within = (share: number) => Math.min(1, Math.max(0, share));
    return [within((event.clientX - area.left) / area.width), within((event.clientY - area.top) / area.height)];
  };
  const done = (made: Point[]) => {
    setPoints([]);
    if (tool) add({ tool, points: made, radius });
  };
  const closed = () => (points.length > 2 ? done(points) : setPoints([]));
  useEffect(() => setPoints([]), [tool]);
  useEffect(() => {
    if (tool !== "polygon" || points.length === 0) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Enter") closed();
      else if (event.key === "Escape") setPoints([]);
      else if (event.key === "Backspace") setPoints(points.slice(0, -1));
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });
  const near = (one: Point, other: Point) => Math.hypot((one[0] - other[0]) * box.width, (one[1] - other[1]) * box.height) < 10;
  const drawing: Stroke[] = tool && points.length ? [{ tool, points: tool === "polygon" && pen ? [...points, pen] : points, radius }] : [];
  return (
    <svg
      ref={holder}
      className={tool ? "sketch drawing" : "sketch"}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      viewBox={`0 0 ${box.width} ${box.height}`}
      role="img"
      aria-label={strokes.length ? `${strokes.length} drawn with the note` : "nothing drawn with the note"}
      onPointerDown={(event) => {
        if (!tool) return;
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        const place = at(event);
        if (tool === "point") done([place]);
        else if (tool !== "polygon") setPoints([place]);
        else if (points.length > 2 && near(points[0]!, place)) closed();
        else setPoints([...points, place]);
      }}
      onPointerMove={(event) => {
        if (!tool) return;
        event.stopPropagation();
        const place = at(event);
        setPen(place);
        if (points.length === 0) return;
        if (tool === "box") setPoints([points[0]!, place]);
        else if (tool === "brush" && Math.hypot(place[0] - points.at(-1)![0], place[1] - points.at(-1)![1]) > FINEST) setPoints([...points, place]);
      }}
      onPointerUp={(event) => {
        if (!tool || points.length === 0 || tool === "polygon" || tool === "point") return;
        event.stopPropagation();
        if (tool === "brush" || (points.length === 2 && !near(points[0]!, points[1]!))) done(points);
        else setPoints([]);
      }}
      onLostPointerCapture={() => tool !== "polygon" && setPoints([])} // a second finger: it was to look closer
      onDoubleClick={() => tool === "polygon" && closed()}
    >
      {[...strokes, ...drawing].map((stroke, index) => (
        <Shape key={index} stroke={stroke} box={box} />
      ))}
      {tool === "brush" && pen && <circle cx={pen[0] * box.width} cy={pen[1] * box.height} r={radius * box.width} fill="none" stroke="#fff" strokeWidth={1.2} />}
    </svg>
  );
}

function Shape({ stroke, box }: { stroke: Stroke; box: Box }) {
  const points = stroke.points.map(([x, y]) => [x * box.width, y * box.height] as Point);
  const [first, last] = [points[0]!, points.at(-1)!];
  const line = { stroke: "#e6a65c", strokeWidth: 2.5, fill: "#e6a65c33", strokeLinejoin: "round", strokeLinecap: "round" } as const;
  if (stroke.tool === "point")
    return (
      <g {...line} fill="none">
        <circle cx={first[0]} cy={first[1]} r={9} />
        <path d={`M${first[0] - 16} ${first[1]}h10m12 0h10M${first[0]} ${first[1] - 16}v10m0 12v10`} />
      </g>
    );
  if (stroke.tool === "box") return <rect x={Math.min(first[0], last[0])} y={Math.min(first[1], last[1])} width={Math.abs(last[0] - first[0])} height={Math.abs(last[1] - first[1])} {...line} />;
  if (stroke.tool === "polygon") return <polygon points={points.map((one) => one.join(",")).join(" ")} {...line} />;
  const path = points.length > 1 ? points : [first, [first[0] + 0.01, first[1]] as Point];
  return <polyline points={path.map((one) => one.join(",")).join(" ")} fill="none" stroke="#e6a65c" strokeOpacity={0.55} strokeWidth={2 * (stroke.radius ?? 0.01) * box.width} strokeLinecap="round" strokeLinejoin="round" />;
}

const TOOLS: readonly { tool: HereTool; name: string; how: string }[] = [
  { tool: "point", name: "Point", how: "where something stands" },
  { tool: "box", name: "Box", how: "what is meant, or where something stands: on its lower edge" },
  { tool: "polygon", name: "Polygon", how: "what is meant, corner by corner; Enter or the first corner closes it" },
  { tool: "brush", name: "Brush", how: "what is meant, painted over; [ and ] change its size" },
];

/** The tools beside the note, and what is drawn so far. */
export function HereTools({ here, setHere, tool, setTool, frame, go }: { here: Pointed | null; setHere: (here: Pointed | null) => void; tool: HereTool | null; setTool: (tool: HereTool | null) => void; frame: number; go: (frame: number) => void }) {
  const chosen = TOOLS.find((one) => one.tool === tool);
  return (
    <div className="heretools" role="group" aria-label="Show it on the picture">
      <div className="row">
        {TOOLS.map((one) => (
          <button
            key={one.tool}
            type="button"
            className="small"
            aria-pressed={tool === one.tool}
            title={one.how}
            onClick={() => {
              if (tool !== one.tool) go(frame); // what is drawn on stands still
              setTool(tool === one.tool ? null : one.tool);
            }}
          >
            {one.name}
          </button>
        ))}
        {here && (
          <>
            <button type="button" className="small right" onClick={() => setHere(here.strokes.length > 1 ? { ...here, strokes: here.strokes.slice(0, -1) } : null)}>Undo</button>
            <button type="button" className="small" onClick={() => setHere(null)}>Clear</button>
          </>
        )}
      </div>
      <p className="quiet" role="status">
        {here ? (
          <>
            Drawn in <button type="button" className="small" onClick={() => go(here.frame)}>{here.frame}</button> and sent with the note.
          </>
        ) : (
          chosen ? `Draw ${chosen.how}.` : "Where words are not enough, show it on the picture."
        )}
      </p>
    </div>
  );
}
