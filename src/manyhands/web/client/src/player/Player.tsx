// The player: frames are the truth, the picture is the largest thing, and every key has its old place.

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { get, type Frames, type Here, type Part, percent } from "../api";
import { type Box, type Mode, draw } from "./draw";
import { FrameRow } from "./frames";
import { Transport } from "./transport";

export type Version = { id: string; name: string; url: (frame: number) => string; hands?: (frame: number) => string; take?: string };

type Props = {
  frames: Frames;
  width: number;
  height: number;
  versions: readonly Version[];
  parts?: readonly Part[];
  markers?: readonly number[];
  onFrame?: (frame: number) => void;
  pick?: (x: number, y: number) => void;
  /** What is laid over the picture of a frame; the box is where that lies, in CSS pixels. */
  over?: (frame: number, box: Box) => React.ReactNode;
  /** A frame that somebody asks for elsewhere on the page; another turn asks anew. */
  wanted?: { frame: number; turn: number };
};

export const MODES: readonly { mode: Mode; name: string; key: string; needs: number }[] = [
  { mode: "one", name: "Picture", key: "1", needs: 1 },
  { mode: "wipe", name: "Wipe", key: "w", needs: 2 },
  { mode: "side", name: "Side by side", key: "s", needs: 2 },
  { mode: "difference", name: "Difference", key: "d", needs: 2 },
  { mode: "hands", name: "Hands", key: "h", needs: 1 },
];

export function Player({ frames, width, height, versions, parts = [], onFrame, pick, over, wanted }: Props) {
  const transport = useMemo(() => new Transport({ first: frames.first, last: frames.last }, frames.fps), [frames.first, frames.last, frames.fps]);
  useSyncExternalStore(transport.subscribe, () => transport.version);
  const [mode, setMode] = useState<Mode>("one");
  const [wipe, setWipe] = useState(0.5);
  const [tint, setTint] = useState(0.85);
  const [swapped, setSwapped] = useState(false);
  const [drawn, setDrawn] = useState<number | null>(null);
  const [here, setHere] = useState<{ x: number; y: number; found: readonly Here[] } | null>(null);
  const [failed, setFailed] = useState("");
  const [lies, setLies] = useState<Box>({ x: 0, y: 0, width: 1, height: 1 });
  const canvas = useRef<HTMLCanvasElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const box = useRef({ x: 0, y: 0, width: 1, height: 1 });

  const key = versions.map((one) => one.id).join(" ");
  const rows = useMemo(
    () => versions.map((one) => new FrameRow(one.url, frames.first, frames.last)),
    // eslint-disable-next-line
    [key, frames.first, frames.last],
  );
  const handsOf = versions.find((one) => one.hands);
  const hands = useMemo(
    () => (handsOf?.hands ? new FrameRow(handsOf.hands, frames.first, frames.last) : undefined),
    // eslint-disable-next-line
    [handsOf?.id, frames.first, frames.last],
  );
  const order = swapped && rows.length > 1 ? [rows[1]!, rows[0]!, ...rows.slice(2)] : rows;
  const needed = mode === "one" || mode === "hands" ? order.slice(0, 1) : mode === "side" ? order : order.slice(0, 2);
  const able = (wanted: Mode) => (wanted === "hands" ? !!hands : (MODES.find((one) => one.mode === wanted)?.needs ?? 1) <= rows.length);
  const shown: Mode = able(mode) ? mode : "one";

  // one loop draws: it shows a frame only when every picture of it is here
  const now = useRef({ needed, shown, wipe, tint, hands });
  now.current = { needed, shown, wipe, tint, hands };
  const paint = useCallback(
    (frame: number): boolean => {
      const { needed, shown, wipe, tint, hands } = now.current;
      const pictures = needed.map((row) => row.now(frame));
      const over = shown === "hands" ? hands?.now(frame) : undefined;
      if (pictures.some((one) => !one) || (shown === "hands" && !over) || !canvas.current) return false;
      box.current = draw(canvas.current, { pictures: pictures as ImageBitmap[], hands: over, mode: shown, wipe, tint }, width / height);
      canvas.current.dataset.frame = String(frame);
      canvas.current.dataset.mode = shown;
      setDrawn(frame);
      const ratio = canvas.current.width / Math.max(1, canvas.current.clientWidth);
      const { x, y, width: w, height: h } = box.current;
      setLies((was) => {
        const now = { x: x / ratio, y: y / ratio, width: w / ratio, height: h / ratio };
        return was.x === now.x && was.y === now.y && was.width === now.width && was.height === now.height ? was : now;
      });
      return true;
    },
    [width, height],
  );

  useEffect(() => {
    let alive = true;
    let request = 0;
    const loop = (time: number) => {
      if (!alive) return;
      if (transport.playing) {
        const due = transport.due(time);
        const { needed, hands, shown } = now.current;
        for (const row of needed) row.ahead(due, transport.direction);
        hands?.ahead(due, transport.direction); // also while they are not shown, so that they are there when asked for
        if (due !== transport.frame) {
          if (paint(due)) transport.arrive(due);
          else for (const row of shown === "hands" && hands ? [...needed, hands] : needed) void row.picture(due).catch(() => undefined);
        }
      }
      request = requestAnimationFrame(loop);
    };
    request = requestAnimationFrame(loop);
    return () => {
      alive = false;
      cancelAnimationFrame(request);
    };
  }, [transport, paint]);

  // a frame that was asked for is drawn as soon as its pictures are here
  useEffect(() => {
    if (transport.playing) return;
    let wanted = true;
    const frame = transport.frame;
    const load = [...needed, ...(shown === "hands" && hands ? [hands] : [])];
    if (!paint(frame)) {
      Promise.all(load.map((row) => row.picture(frame))).then(
        () => {
          if (!wanted) return;
          setFailed("");
          paint(frame);
        },
        (error: Error) => wanted && setFailed(error.message),
      );
    } else setFailed("");
    for (const row of load) row.ahead(frame, 1, 4);
    void hands?.picture(frame).catch(() => undefined); // so that the overlay is there when it is asked for
    onFrame?.(frame);
    return () => {
      wanted = false;
    };
  });

  useEffect(() => {
    const stop = new AbortController();
    const pictures = Promise.all(rows.map((row) => row.fetchAll(transport.frame, stop.signal)));
    // the hands are drawn when they are first asked for, which is work: one after the other, behind the pictures
    void pictures.then(() => hands?.fetchAll(transport.frame, stop.signal, 1));
    return () => stop.abort();
  }, [rows, hands, transport]);

  useEffect(() => {
    const size = () => {
      if (!canvas.current || !holder.current) return;
      const ratio = Math.min(2, window.devicePixelRatio || 1);
      canvas.current.width = Math.max(1, Math.round(holder.current.clientWidth * ratio));
      canvas.current.height = Math.max(1, Math.round(holder.current.clientHeight * ratio));
      paint(transport.frame);
    };
    const watch = new ResizeObserver(size);
    if (holder.current) watch.observe(holder.current);
    return () => watch.disconnect();
  }, [paint, transport]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      if (target.closest("input, textarea, select, [contenteditable], dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
      const act: Record<string, () => void> = {
        " ": () => transport.toggle(),
        k: () => transport.pause(),
        l: () => transport.play(1),
        j: () => transport.play(-1),
        ArrowRight: () => transport.step(event.shiftKey ? 10 : 1),
        ArrowLeft: () => transport.step(event.shiftKey ? -10 : -1),
        Home: () => transport.step(frames.first - transport.frame),
        End: () => transport.step(frames.last - transport.frame),
        i: () => transport.setMark({ first: transport.frame }),
        o: () => transport.setMark({ last: transport.frame }),
        x: () => transport.setMark({ first: frames.first, last: frames.last }),
        p: () => setSwapped((was) => !was),
      };
      for (const one of MODES) act[one.key] = () => setMode((was) => (was === one.mode ? "one" : one.mode));
      const found = act[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!found || (event.key === " " && target.closest("button, a"))) return;
      event.preventDefault();
      found();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [transport, frames.first, frames.last]);

  const place = (event: React.PointerEvent) => {
    const ratio = canvas.current!.width / canvas.current!.clientWidth;
    const at = canvas.current!.getBoundingClientRect();
    return {
      x: ((event.clientX - at.left) * ratio - box.current.x) / box.current.width,
      y: ((event.clientY - at.top) * ratio - box.current.y) / box.current.height,
    };
  };
  const asking = useRef(0);
  const onMove = (event: React.PointerEvent) => {
    const { x, y } = place(event);
    if (shown === "wipe" && event.buttons) setWipe(Math.min(1, Math.max(0, x)));
    if (shown !== "hands" || transport.playing || !handsOf?.take || x < 0 || y < 0 || x > 1 || y > 1) return setHere(null);
    const turn = ++asking.current;
    window.setTimeout(async () => {
      if (turn !== asking.current) return;
      const found = await get<Here[]>(`/takes/${handsOf.take}/frames/${transport.frame}/hands?x=${x.toFixed(4)}&y=${y.toFixed(4)}`).catch(() => null);
      if (found && turn === asking.current) setHere({ x, y, found });
    }, 40);
  };

  useEffect(() => {
    if (!wanted) return;
    transport.pause();
    transport.seek(wanted.frame);
  }, [wanted, transport]);
  useEffect(() => setHere(null), [shown]);

  const top = (swapped && versions[1]) || versions[0];
  const below = versions.length > 1 ? (swapped ? versions[0] : versions[1]) : undefined;
  const seconds = (frame: number) => {
    const count = frame - frames.first;
    const whole = Math.round(frames.fps);
    return `${String(Math.floor(count / whole)).padStart(2, "0")}:${String(count % whole).padStart(2, "0")}`;
  };

  return (
    <section className="player" aria-label="Player">
      <div className="modes" role="toolbar" aria-label="How to compare">
        {MODES.filter((one) => able(one.mode)).map((one) => (
          <button key={one.mode} type="button" aria-pressed={shown === one.mode} title={`${one.name} (${one.key.toUpperCase()})`} onClick={() => setMode(one.mode)}>
            {one.name} <kbd>{one.key.toUpperCase()}</kbd>
          </button>
        ))}
        {rows.length > 1 && (
          <button type="button" aria-pressed={swapped} onClick={() => setSwapped(!swapped)} title="Swap the two (P)">
            Swap <kbd>P</kbd>
          </button>
        )}
        {shown === "hands" && (
          <label className="inline">
            Tint <input type="range" min={0} max={1} step={0.05} value={tint} onChange={(event) => setTint(Number(event.target.value))} aria-label="Strength of the tint" />
          </label>
        )}
        <span className="versions" aria-live="polite">
          {top?.name}
          {below && shown !== "one" && shown !== "hands" ? ` / ${below.name}` : ""}
        </span>
      </div>
      <div
        className={`screen mode-${shown}`}
        ref={holder}
        onPointerMove={onMove}
        onPointerDown={(event) => {
          const { x, y } = place(event);
          if (shown === "wipe") setWipe(Math.min(1, Math.max(0, x)));
          else if (pick && x >= 0 && y >= 0 && x <= 1 && y <= 1) pick(x, y);
        }}
        onPointerLeave={() => setHere(null)}
      >
        <canvas ref={canvas} aria-label={`${top?.name ?? "Picture"}, frame ${drawn ?? transport.frame}`} role="img" />
        {failed && <p className="failed" role="alert">{failed}</p>}
        {over && drawn !== null && over(drawn, lies)}
        {here && (
          <div className="here" role="status">
            {here.found.length === 0 && "nobody's"}
            {here.found.map((one) => (
              <div key={one.hand}>
                <i style={{ background: one.colour }} /> {one.name}
                <b>
                  {one.origin_ppm > 0 && percent(one.origin_ppm)}
                  {one.altered_ppm > 0 && ` altered ${percent(one.altered_ppm)}`}
                </b>
              </div>
            ))}
          </div>
        )}
        {shown === "hands" && parts.length > 0 && (
          <ul className="legend" aria-label="Hands">
            {parts.map((one) => (
              <li key={one.hand}>
                <i style={{ background: one.colour }} /> {one.name}
                <b>{one.origin_ppm > 0 ? percent(one.origin_ppm) : `altered ${percent(one.altered_ppm)}`}</b>
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="transport" role="group" aria-label="Transport">
        <button type="button" onClick={() => transport.step(-1)} aria-label="One frame back">◂</button>
        <button type="button" className="play" onClick={() => transport.toggle()} aria-label={transport.playing ? "Pause" : "Play"}>
          {transport.playing ? "❚❚" : "▶"}
        </button>
        <button type="button" onClick={() => transport.step(1)} aria-label="One frame on">▸</button>
        <output className="counter" aria-label="Frame">
          {drawn ?? "····"}
        </output>
        <span className="quiet">
          {frames.first}–{frames.last} · {seconds(drawn ?? frames.first)}
        </span>
        <div className="strip">
          <input
            type="range"
            min={frames.first}
            max={frames.last}
            value={transport.frame}
            onChange={(event) => {
              transport.pause();
              transport.seek(Number(event.target.value));
            }}
            aria-label="Frame"
          />
          <div
            className="marked"
            style={{
              left: `${((transport.mark.first - frames.first) / Math.max(1, frames.last - frames.first)) * 100}%`,
              right: `${((frames.last - transport.mark.last) / Math.max(1, frames.last - frames.first)) * 100}%`,
            }}
          />
        </div>
        <select value={transport.speed} onChange={(event) => transport.setSpeed(Number(event.target.value))} aria-label="Speed">
          {[0.5, 1, 2, 4].map((speed) => (
            <option key={speed} value={speed}>
              {speed === 0.5 ? "½×" : `${speed}×`}
            </option>
          ))}
        </select>
        <button type="button" aria-pressed={transport.loop} onClick={() => transport.setLoop(!transport.loop)} title="Loop">
          ↻
        </button>
      </div>
    </section>
  );
}
