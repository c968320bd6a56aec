// The player: frames are the truth, the picture is the largest thing, and every key has its old place.

import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { get, type Frames, type Here, type Part } from "../api";
import { type Laid, type Mode, draw } from "./draw";
import { Legend, OfPixel, type Pixel } from "./Hands";
import { Help } from "./Help";
import { MODES, keysOf } from "./keys";
import { keepMark, keptMark } from "./marks";
import { Names } from "./Names";
import { Stills } from "./stills";
import { type Said, Strip } from "./Strip";
import { type Range, Transport } from "./transport";
import { useView } from "./useView";
import { type Version, useOrder, useRows } from "./versions";
import type { Box } from "./view";

export type { Said, Version };

type Props = {
  frames: Frames;
  width: number;
  height: number;
  versions: readonly Version[];
  parts?: readonly Part[];
  said?: readonly Said[];
  /** Under which name its marks are kept. */
  keep: string;
  onFrame?: (frame: number) => void;
  onMark?: (mark: Range | null) => void;
  /** Which version lies on top, or the uppermost that is a take: of which is spoken, and on which is decided. */
  onTop?: (id: string) => void;
  /** What is laid over the picture of a frame; the box is where that lies, in CSS pixels. */
  over?: (frame: number, box: Box) => React.ReactNode;
  /** A frame that somebody asks for elsewhere on the page, or frames to play; another turn asks anew. */
  wanted?: { frame: number; last?: number; turn: number };
};

const STOPPED_MS = 150; // so long on a frame, and its still is fetched
const WHOLE: Laid = { fields: [{ x: 0, y: 0, width: 1, height: 1 }], boxes: [{ x: 0, y: 0, width: 1, height: 1 }] };

export function Player({ frames, width, height, versions, parts = [], said = [], keep, onFrame, onMark, onTop, over, wanted }: Props) {
  const { first, last } = frames;
  const transport = useMemo(() => new Transport({ first, last }, frames.fps, keptMark(keep, { first, last })), [first, last, frames.fps, keep]);
  useSyncExternalStore(transport.subscribe, () => transport.version);
  const [mode, setMode] = useState<Mode>("one");
  const [wipe, setWipe] = useState(0.5);
  const [tint, setTint] = useState(0.85);
  const [drawn, setDrawn] = useState<number | null>(null);
  const [isStill, setIsStill] = useState(false);
  const [pixel, setPixel] = useState<Pixel | null>(null);
  const [failed, setFailed] = useState("");
  const [helping, setHelping] = useState(false);
  const [lies, setLies] = useState<Laid>(WHOLE);
  const canvas = useRef<HTMLCanvasElement>(null);
  const holder = useRef<HTMLDivElement>(null);
  const laid = useRef<Laid>(WHOLE);
  const fields = useRef<readonly Box[]>(WHOLE.fields);

  const { top, below, order, bring, swap } = useOrder(versions);
  const spoken = order.find((one) => one.take) ?? top;
  useEffect(() => onTop?.(spoken.id), [spoken.id]); // eslint-disable-line
  const { rowOf, handsRowOf } = useRows(versions, first, last);
  const able = (wanted: Mode) => (wanted === "hands" ? versions.some((one) => one.hands) : (MODES.find((one) => one.mode === wanted)?.needs ?? 1) <= versions.length);
  const shown: Mode = able(mode) ? mode : "one";
  const handsOf = order.find((one) => one.hands);
  const needed = shown === "hands" ? [handsOf!] : shown === "one" ? [top] : shown === "side" ? (versions.length > 2 ? versions : order) : [top, below!];
  const hands = handsOf && handsRowOf(handsOf);
  const rows = needed.map(rowOf);
  const stills = useMemo(() => new Stills(), []);
  useEffect(() => () => stills.clear(), [stills]);
  const stillUrls = (frame: number): string[] => {
    const urls = [...needed.map((one) => one.still?.(frame)), ...(shown === "hands" ? [handsOf!.handsStill?.(frame)] : [])];
    return urls.every((one) => one !== undefined) ? (urls as string[]) : [];
  };
  const close = useView(canvas, holder, { width, height }, fields, shown !== "wipe");
  const { view } = close;

  // one loop draws: it shows a frame only when every picture of it is here
  const now = useRef({ rows, shown, wipe, tint, hands, view, stillUrls });
  now.current = { rows, shown, wipe, tint, hands, view, stillUrls };
  const paint = useCallback(
    (frame: number): boolean => {
      const { rows, shown, wipe, tint, hands, view, stillUrls } = now.current;
      if (!canvas.current) return false;
      const urls = transport.playing ? [] : stillUrls(frame);
      const full = urls.length ? stills.now(urls) : undefined;
      const found = full ?? [...rows.map((row) => row.now(frame)), ...(shown === "hands" ? [hands?.now(frame)] : [])];
      if (found.some((one) => !one)) return false;
      const pictures = found as ImageBitmap[];
      const layers = { pictures: pictures.slice(0, rows.length), hands: pictures[rows.length], mode: shown, wipe, tint, isStill: !!full };
      laid.current = draw(canvas.current, layers, { width, height }, view);
      fields.current = laid.current.fields;
      canvas.current.dataset.frame = String(frame);
      canvas.current.dataset.mode = shown;
      canvas.current.dataset.still = full ? "full" : "";
      setDrawn(frame);
      setIsStill(!!full);
      const css = scaled(laid.current, canvas.current.clientWidth / Math.max(1, canvas.current.width));
      setLies((was) => (JSON.stringify(was) === JSON.stringify(css) ? was : css));
      return true;
    },
    [width, height, transport, stills],
  );

  const isPlaying = transport.playing;
  useEffect(() => {
    if (!isPlaying) return;
    let alive = true;
    let request = 0;
    const loop = (time: number) => {
      if (!alive) return;
      const due = transport.due(time);
      const { rows, hands, shown } = now.current;
      for (const row of rows) row.ahead(due, transport.direction);
      hands?.ahead(due, transport.direction); // also while they are not shown, so that they are there when asked for
      if (due !== transport.frame) {
        if (paint(due)) transport.arrive(due);
        else for (const row of shown === "hands" && hands ? [...rows, hands] : rows) void row.picture(due).catch(() => undefined);
      }
      request = requestAnimationFrame(loop);
    };
    request = requestAnimationFrame(loop);
    return () => {
      alive = false;
      cancelAnimationFrame(request);
    };
  }, [transport, paint, isPlaying]);

  // a frame that was asked for is drawn as soon as its pictures are here
  useEffect(() => {
    if (transport.playing) return;
    let wanted = true;
    const frame = transport.frame;
    const load = [...rows, ...(shown === "hands" && hands ? [hands] : [])];
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

  // and as it is, once somebody stops on it: the small pictures stay until all stills are here, and a step calls it off
  const asked = transport.playing ? [] : stillUrls(transport.frame);
  useEffect(() => {
    if (!asked.length || stills.now(asked)) return;
    const stop = new AbortController();
    const frame = transport.frame;
    const fetch = () => stills.fetch(asked, stop.signal).then(() => !stop.signal.aborted && paint(frame));
    const timer = window.setTimeout(() => void fetch().catch(() => undefined), STOPPED_MS);
    return () => {
      window.clearTimeout(timer);
      stop.abort();
    };
  }, [asked.join(" "), stills, transport, paint]); // eslint-disable-line

  useEffect(() => {
    const stop = new AbortController();
    const pictures = Promise.all(versions.map((one) => rowOf(one).fetchAll(transport.frame, stop.signal)));
    // the hands are drawn when they are first asked for, which is work: one after the other, behind the pictures
    void pictures.then(() => hands?.fetchAll(transport.frame, stop.signal, 1));
    return () => stop.abort();
  }, [versions.map((one) => one.id).join(" "), hands, transport]); // eslint-disable-line

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

  const { mark, isMarked } = transport;
  useEffect(() => {
    keepMark(keep, isMarked ? mark : null);
    onMark?.(isMarked ? mark : null);
  }, [keep, mark, isMarked]); // eslint-disable-line

  useEffect(() => {
    if (!wanted) return;
    transport.pause();
    if (wanted.last === undefined) transport.seek(wanted.frame);
    else transport.playOnly({ first: wanted.frame, last: wanted.last });
  }, [wanted, transport]);
  useEffect(() => setPixel(null), [shown, view, transport.frame]);

  const groups = keysOf({
    transport,
    alone: (index) => bring(index) && setMode("one"),
    swap,
    setMode: (wanted) => setMode((was) => (was === wanted ? "one" : wanted)),
    zoom: close.zoom,
    fit: close.fit,
    pixels: close.pixels,
    remark: (way) => {
      const all = [...said].sort((a, b) => a.first - b.first).map((one) => one.first);
      const next = way > 0 ? all.find((at) => at > transport.frame) : all.findLast((at) => at < transport.frame);
      transport.pause();
      if (next !== undefined) transport.seek(next);
    },
    playRemark: () => {
      const here = said.filter((one) => one.first < one.last && one.first <= transport.frame && transport.frame <= one.last);
      const shortest = here.sort((a, b) => a.last - a.first - (b.last - b.first))[0];
      if (shortest) transport.playOnly({ first: shortest.first, last: shortest.last });
    },
    help: () => setHelping(true),
  });
  useKeys((event) => {
    if (event.type === "keyup") {
      if (event.key === " " && close.leaveSpace()) transport.toggle();
      return false;
    }
    if (event.key === " ") {
      close.holdSpace();
      return true;
    }
    const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = groups.flatMap((group) => group.keys).find((one) => one.act && one.keys.includes(pressed));
    if (!found) return false;
    found.act!(event);
    return true;
  });

  const share = (event: React.PointerEvent) => {
    const box = laid.current.boxes[0]!;
    const [x, y] = close.onCanvas(event);
    return { x: (x - box.x) / box.width, y: (y - box.y) / box.height };
  };
  const asking = useRef(0);
  const onMove = (event: React.PointerEvent) => {
    const { x, y } = share(event);
    if (shown === "wipe" && event.buttons & 1) setWipe(Math.min(1, Math.max(0, x)));
    const turn = ++asking.current;
    if (shown !== "hands" || transport.playing || event.buttons || !handsOf?.take || x < 0 || y < 0 || x >= 1 || y >= 1) return setPixel(null);
    const at = { x: Math.floor(x * width), y: Math.floor(y * height) };
    const middle = `x=${((at.x + 0.5) / width).toFixed(6)}&y=${((at.y + 0.5) / height).toFixed(6)}`;
    window.setTimeout(async () => {
      if (turn !== asking.current) return;
      const found = await get<Here[]>(`/takes/${handsOf.take}/frames/${transport.frame}/hands?${middle}`).catch(() => null);
      if (found && turn === asking.current) setPixel({ ...at, found });
    }, 40);
  };

  const field = lies.fields[0]!;
  const box = lies.boxes[0]!;
  const scale = laid.current.boxes[0]!.width / width;
  const second = (frame: number) => {
    const whole = Math.round(frames.fps);
    return `${String(Math.floor((frame - first) / whole)).padStart(2, "0")}:${String((frame - first) % whole).padStart(2, "0")}`;
  };
  return (
    <section className="player" aria-label="Player">
      <div className="modes" role="toolbar" aria-label="How to compare">
        {MODES.filter((one) => able(one.mode)).map((one) => (
          <button key={one.mode} type="button" aria-pressed={shown === one.mode} title={`${one.name} (${one.key.toUpperCase()})`} onClick={() => setMode(one.mode)}>
            {one.name} <kbd>{one.key.toUpperCase()}</kbd>
          </button>
        ))}
        {below && (
          <button type="button" onClick={swap} title="Swap the two (P)">
            Swap <kbd>P</kbd>
          </button>
        )}
        <span className="versions" aria-live="polite">
          {shown !== "side" && `${top.name} ${top.standing ?? ""}`}
          {below && (shown === "wipe" || shown === "difference") && ` / ${below.name}`}
        </span>
        <span className="quiet zoom">
          {Math.round(scale * 100)} % <span className="soft">{isStill ? "full" : "small"}</span>
        </span>
        <button type="button" aria-pressed={!view} onClick={close.fit} title="The whole picture (F)">
          Fit <kbd>F</kbd>
        </button>
        <button type="button" aria-pressed={view?.scale === 1} onClick={() => close.pixels()} title="One pixel is one pixel (Z)">
          1:1 <kbd>Z</kbd>
        </button>
        <button type="button" onClick={() => setHelping(true)} aria-label="Keys" title="Keys (?)">
          ?
        </button>
      </div>
      <div
        className={`screen mode-${shown}${close.hand ? ` hand-${close.hand}` : view && shown !== "wipe" && shown !== "hands" ? " hand-open" : ""}`}
        ref={holder}
        {...close.handlers}
        onPointerMove={onMove}
        onPointerDown={(event) => {
          if (shown === "wipe") setWipe(Math.min(1, Math.max(0, share(event).x)));
          close.handlers.onPointerDown(event);
        }}
        onPointerLeave={() => {
          close.handlers.onPointerLeave();
          asking.current++;
          setPixel(null);
        }}
      >
        <canvas ref={canvas} aria-label={`${top.name}, frame ${drawn ?? transport.frame}`} role="img" />
        {failed && <p className="failed" role="alert">{failed}</p>}
        {over && drawn !== null && (
          <div className="laid" style={{ left: field.x, top: field.y, width: field.width, height: field.height }}>
            {over(drawn, { ...box, x: box.x - field.x, y: box.y - field.y })}
          </div>
        )}
        {drawn !== null && <Names mode={shown} shown={needed} all={versions} spoken={spoken} laid={lies} />}
        {pixel && <OfPixel pixel={pixel} />}
        {(shown === "hands" || shown === "wipe") && (
          <div className="tuned" onPointerDown={(event) => event.stopPropagation()} onPointerMove={(event) => event.stopPropagation()}>
            {shown === "hands" && parts.length > 0 && <Legend parts={parts} />}
            {shown === "hands" ? <Slider name="Tint" says="Strength of the tint" value={tint} set={setTint} /> : <Slider name="Edge" says="Where the wipe is" value={wipe} set={setWipe} />}
          </div>
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
        <span className="quiet whole">
          {first}–{last} · {second(drawn ?? first)}
        </span>
        <Strip transport={transport} said={said} />
        <span className="inout">
          <button type="button" onClick={() => transport.setMark({ first: transport.frame })} title="Mark in (I)" aria-label="Mark in">I</button>
          <button type="button" onClick={() => transport.setMark({ last: transport.frame })} title="Mark out (O)" aria-label="Mark out">O</button>
          {isMarked && <button type="button" onClick={() => transport.setMark({ first, last })} title="No marks (X)" aria-label={`${mark.first}–${mark.last}: no marks`}>{mark.first}–{mark.last} <span aria-hidden>✕</span></button>}
        </span>
        <select value={transport.speed} onChange={(event) => transport.setSpeed(Number(event.target.value))} aria-label="Speed">
          {[0.5, 1, 2, 4].map((speed) => (
            <option key={speed} value={speed}>
              {speed === 0.5 ? "½×" : `${speed}×`}
            </option>
          ))}
        </select>
        <button type="button" aria-pressed={transport.loop} onClick={() => transport.setLoop(!transport.loop)} title="Loop" aria-label="Loop">
          ↻
        </button>
      </div>
      {helping && <Help groups={groups} close={() => setHelping(false)} />}
    </section>
  );
}

function Slider({ name, says, value, set }: { name: string; says: string; value: number; set: (value: number) => void }) {
  return (
    <label className="inline">
      {name} <input type="range" min={0} max={1} step={0.05} value={value} onChange={(event) => set(Number(event.target.value))} aria-label={says} />
    </label>
  );
}

/** Where things lie, in pixels of another size. */
function scaled({ fields, boxes }: Laid, by: number): Laid {
  const all = (some: readonly Box[]) => some.map(({ x, y, width, height }) => ({ x: x * by, y: y * by, width: width * by, height: height * by }));
  return { fields: all(fields), boxes: all(boxes) };
}

/** Hears keys that are not meant for a field, a dialog or the browser; says whether one was meant for the player. */
function useKeys(hear: (event: KeyboardEvent) => boolean) {
  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : document.body;
      const moves = event.key.startsWith("Arrow") || ["Home", "End", " "].includes(event.key);
      if (target.closest("input:not([type=range]), textarea, select, [contenteditable], dialog")) return;
      if ((moves && target.closest("input")) || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === " " && event.type === "keydown" && target.closest("button, a, summary")) return;
      if (latest.current(event)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("keyup", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("keyup", onKey);
    };
  }, []);
}
