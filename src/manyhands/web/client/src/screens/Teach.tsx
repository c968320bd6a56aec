import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { type Learned, type Lesson, type Production, type Shot, type Taught, get, percent, post, refused } from "../api";
import { isOpen, useLive } from "../live";
import { type Brush, Easel, type Look, type Tool } from "../paint/Easel";
import { type Mask } from "../paint/mask";
import { type Sheet, Sheets } from "../paint/sheets";
import { Trouble, WorkBar } from "../parts";
import { Tabs } from "./Tabs";

const TOOLS: readonly { tool: Tool; name: string; key: string; how: string }[] = [
  { tool: "brush", name: "Brush", key: "b", how: "Paint. The right button or X erases, [ and ] change the size, { and } how hard it is." },
  { tool: "polygon", name: "Polygon", key: "p", how: "Click corner by corner. Enter, a double click, or the first corner closes it; Backspace takes one back." },
  { tool: "fill", name: "Fill", key: "g", how: "Fills what lies within a painted line; with X or the right button empties it." },
];
const COLOURS = [["#ff4d5e", "red"], ["#43d17a", "green"], ["#f2c230", "yellow"]] as const;
const KEPT = "manyhands.easel";
const LOOK: Look = { colour: "#ff4d5e", opacity: 0.55, isMatte: false, onion: false };
const LENGTHS = [["300", "a glance"], ["600", "a look"], ["1800", "a result"], ["3600", "what is thin or small"]] as const;

/** Paint a matte on the frames that are asked for; a small model learns them and does the rest. */
export function Teach({ id, production }: { id: string; production: Production }) {
  const { data: shot, error } = useQuery({ queryKey: ["shot", id], queryFn: () => get<Shot>(`/shots/${id}`) });
  const { orders } = useLive();
  const working = [...orders.values()].filter((one) => one.order.shot === id && isOpen(one));
  const { data: lesson, error: amiss } = useQuery({
    queryKey: ["teach", id],
    queryFn: () => get<Lesson>(`/shots/${id}/teach`),
    refetchInterval: working.length ? 1500 : false,
  });
  if (error || amiss) return <div className="empty"><Trouble error={error ?? amiss} /><Link href={`/shots/${id}`}>Back to the shot</Link></div>;
  if (!shot || !lesson) return <div className="empty" aria-busy="true">Opening {id} …</div>;
  return <Desk key={production.me} shot={shot} lesson={lesson} production={production} working={working} />;
}

function Desk({ shot, lesson, production, working }: { shot: Shot; lesson: Lesson; production: Production; working: ReturnType<typeof useLive>["orders"] extends ReadonlyMap<string, infer One> ? One[] : never }) {
  const queries = useQueryClient();
  const { width, height, stamp } = shot.plate;
  const [, setTold] = useState(0);
  const [turn, setTurn] = useState(0);
  const sheets = useMemo(
    () =>
      new Sheets(`/api/shots/${shot.id}/teach`, width, height, () => {
        setTold((was) => was + 1);
        void queries.invalidateQueries({ queryKey: ["teach", shot.id] });
      }),
    [shot.id, width, height, queries],
  );
  const painted = new Map(lesson.painted.map((one) => [one.frame, one.share]));
  const frames = [...new Set([...lesson.asked_for, ...painted.keys()])].sort((a, b) => a - b);
  const [frame, setFrame] = useState(() => lesson.asked_for.find((one) => !painted.has(one)) ?? frames[0] ?? shot.frames.first);
  const [sheet, setSheet] = useState<Sheet | null>(null);
  const [onion, setOnion] = useState<Mask | null>(null);
  const [amiss, setAmiss] = useState<unknown>(null);
  const [brush, setBrush] = useState<Brush>(() => ({ tool: "brush", erase: false, size: Math.max(4, Math.round(height / 18)), hardness: 0.8, ...kept().brush }));
  const [look, setLook] = useState<Look>(() => ({ ...LOOK, ...kept().look }));
  const may = production.may.includes("source") && production.may.includes("propose");

  useEffect(() => localStorage.setItem(KEPT, JSON.stringify({ brush: { size: brush.size, hardness: brush.hardness }, look: { colour: look.colour, opacity: look.opacity } })), [brush.size, brush.hardness, look.colour, look.opacity]);
  useEffect(() => {
    let wanted = true;
    setSheet(null);
    sheets.sheet(frame).then((found) => wanted && setSheet(found), (error) => wanted && setAmiss(error));
    return () => {
      wanted = false;
    };
  }, [sheets, frame]);
  const beside = [...painted.keys()].filter((one) => one !== frame).sort((a, b) => Math.abs(a - frame) - Math.abs(b - frame))[0];
  useEffect(() => {
    let wanted = true;
    setOnion(null);
    if (look.onion && beside !== undefined) sheets.sheet(beside).then((found) => wanted && setOnion(found.mask), () => undefined);
    return () => {
      wanted = false;
    };
  }, [sheets, look.onion, beside, frame]);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => sheets.unsaved && event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [sheets]);

  const go = useCallback((to: number) => setFrame(Math.min(shot.frames.last, Math.max(shot.frames.first, to))), [shot.frames.first, shot.frames.last]);
  const changed = useCallback(() => sheet && sheets.changed(sheet), [sheet, sheets]);
  const undo = useCallback(
    (again: boolean) => {
      if (!sheet || !(again ? sheet.history.redo(sheet.mask) : sheet.history.undo(sheet.mask))) return;
      setTurn((was) => was + 1);
      sheets.changed(sheet);
    },
    [sheet, sheets],
  );
  const resize = (by: number) => setBrush((was) => ({ ...was, size: Math.min(1000, Math.max(1, by > 0 ? Math.ceil(was.size * 1.2) : Math.floor(was.size / 1.2))) }));
  const harden = (by: number) => setBrush((was) => ({ ...was, hardness: Math.round(10 * Math.min(1, Math.max(0, was.hardness + by))) / 10 }));

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.target as HTMLElement).closest("input:not([type=range]), textarea, select, dialog") || event.altKey) return;
      const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const isCommand = event.ctrlKey || event.metaKey;
      const onSlider = (event.target as HTMLElement).closest("input[type=range]");
      const acts: Record<string, () => void> = isCommand
        ? { z: () => undo(event.shiftKey), y: () => undo(true) }
        : {
            "[": () => resize(-1), "]": () => resize(1), "{": () => harden(-0.1), "}": () => harden(0.1),
            e: () => setBrush((was) => ({ ...was, erase: !was.erase })),
            m: () => setLook((was) => ({ ...was, isMatte: !was.isMatte })),
            o: () => setLook((was) => ({ ...was, onion: !was.onion })),
            ...(onSlider ? {} : { ArrowLeft: () => go(frame - 1), ArrowRight: () => go(frame + 1) }),
            ",": () => go(frames.filter((one) => one < frame).at(-1) ?? frame), ".": () => go(frames.find((one) => one > frame) ?? frame),
            ...Object.fromEntries(TOOLS.map((one) => [one.key, () => setBrush((was) => ({ ...was, tool: one.tool }))])),
          };
      const act = acts[key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  });

  const tool = TOOLS.find((one) => one.tool === brush.tool)!;
  return (
    <div className="desk teach">
      <div className="stage">
        <div className="modes" role="toolbar" aria-label="Painting">
          <h1>{shot.id}</h1>
          {TOOLS.map((one) => (
            <button key={one.tool} type="button" aria-pressed={brush.tool === one.tool} title={one.how} onClick={() => setBrush({ ...brush, tool: one.tool })}>
              {one.name} <kbd>{one.key.toUpperCase()}</kbd>
            </button>
          ))}
          <button type="button" aria-pressed={brush.erase} onClick={() => setBrush({ ...brush, erase: !brush.erase })} title="Erase instead; hold X, or use the right button, for a moment">
            Erase <kbd>E</kbd>
          </button>
          <label className="inline">
            Size <input type="range" min={1} max={Math.max(200, Math.round(height / 2))} value={brush.size} onChange={(event) => setBrush({ ...brush, size: Number(event.target.value) })} />
            <output>{brush.size}</output>
          </label>
          <label className="inline">
            Hard <input type="range" min={0} max={1} step={0.1} value={brush.hardness} onChange={(event) => setBrush({ ...brush, hardness: Number(event.target.value) })} />
          </label>
          <span className="pair">
            <button type="button" disabled={!sheet?.history.canUndo} onClick={() => undo(false)} title="Undo (Ctrl Z)">Undo</button>
            <button type="button" disabled={!sheet?.history.canRedo} onClick={() => undo(true)} title="Redo (Ctrl Shift Z)">Redo</button>
          </span>
        </div>
        <div className="playing">
          <Easel plate={`/api/shots/${shot.id}/frames/${frame}/plate.png?v=${stamp}`} width={width} height={height} sheet={sheet} onion={onion} brush={may ? brush : { ...brush, tool: "brush", size: 0 }} look={look} turn={turn} changed={changed} />
        </div>
        <div className="transport" role="group" aria-label="Frame and overlay">
          <button type="button" onClick={() => go(frame - 1)} aria-label="One frame back">◂</button>
          <output className="counter" aria-label="Frame">{frame}</output>
          <button type="button" onClick={() => go(frame + 1)} aria-label="One frame on">▸</button>
          <span className="colours" role="radiogroup" aria-label="Colour of the overlay">
            {COLOURS.map(([colour, name]) => (
              <button key={colour} type="button" role="radio" aria-checked={look.colour === colour} aria-label={name} style={{ color: colour }} onClick={() => setLook({ ...look, colour })}>●</button>
            ))}
          </span>
          <label className="inline">
            <span className="quiet">Overlay</span> <input type="range" min={0.1} max={1} step={0.05} value={look.opacity} onChange={(event) => setLook({ ...look, opacity: Number(event.target.value) })} />
          </label>
          <button type="button" aria-pressed={look.isMatte} onClick={() => setLook({ ...look, isMatte: !look.isMatte })} title="The matte alone (M)">Matte <kbd>M</kbd></button>
          <button type="button" aria-pressed={look.onion} disabled={beside === undefined} onClick={() => setLook({ ...look, onion: !look.onion })} title={beside === undefined ? "There is no other painted frame yet" : `The painted frame ${beside} in blue (O)`}>Onion <kbd>O</kbd></button>
          <span className="quiet right" role="status">{sheets.trouble ? <b className="finding">Not kept yet: {sheets.trouble}</b> : sheets.unsaved ? "keeping …" : sheet?.isPainted ? "kept" : ""}</span>
        </div>
      </div>
      <aside className="side">
        <Tabs id={shot.id} mode="teach" />
        <div className="panel">
          <p className="quiet">{tool.how} The wheel zooms, space or two fingers move, F fits.</p>
          <Trouble error={amiss} />
          <h2>Frames to paint</h2>
          <ol className="sheets">
            {frames.map((one) => (
              <li key={one}>
                <button type="button" aria-current={one === frame ? "true" : undefined} onClick={() => go(one)}>
                  <img src={`/api/shots/${shot.id}/frames/${one}/plate.jpg?v=${stamp}`} alt="" loading="lazy" />
                  <b>{one}</b>
                  <span className="quiet">
                    {painted.has(one) ? (painted.get(one)! > 0 ? `painted, ${percent(painted.get(one)! * 1e6)} white` : "painted: nothing of it here") : "asked for"}
                  </span>
                  <Fit lesson={lesson} frame={one} />
                </button>
              </li>
            ))}
          </ol>
          <div className="row">
            <button type="button" disabled={!sheet || painted.has(frame)} onClick={changed} title="An empty frame says where it is not">
              Nothing of it in {frame}
            </button>
            <button
              type="button"
              disabled={!painted.has(frame)}
              onClick={async () => {
                await sheets.remove(frame);
                setTurn(turn + 1);
              }}
            >
              Take {frame} out
            </button>
          </div>
          <p className="quiet">Any other frame of the shot can be painted as well: step to it and paint.</p>
          <Ask shot={shot} lesson={lesson} may={may && !sheets.unsaved} working={working.length > 0} />
          {working.map((one) => (
            <WorkBar key={one.order.id} standing={one} />
          ))}
          {!working.length && failed(shot, lesson)}
          {lesson.learned.map((one) => (
            <Report key={one.step} learned={one} go={go} />
          ))}
          {lesson.take && (
            <p>
              <Link href={`/shots/${shot.id}/decide`}>Look at the take that came of it</Link>
            </p>
          )}
        </div>
      </aside>
    </div>
  );
}

function kept(): { brush?: Partial<Brush>; look?: Partial<Look> } {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}");
  } catch {
    return {};
  }
}

function failed(shot: Shot, lesson: Lesson) {
  const last = shot.orders.filter((one) => lesson.recipe && one.order.recipes?.includes(lesson.recipe)).at(-1);
  if (!last?.error || (last.state !== "failed" && last.state !== "stopped")) return null;
  return <Trouble error={refused(last.error)} />;
}

function Fit({ lesson, frame }: { lesson: Lesson; frame: number }) {
  const fit = lesson.learned.flatMap((one) => one.fits).find((one) => one.frame === frame);
  return fit ? <span className="right quiet" title="How much of what is painted here the model meets">{Math.round(100 * fit.fits)} %</span> : null;
}

function Ask({ shot, lesson, may, working }: { shot: Shot; lesson: Lesson; may: boolean; working: boolean }) {
  const queries = useQueryClient();
  const [thing, setThing] = useState("");
  const [note, setNote] = useState("");
  const [steps, setSteps] = useState("600");
  const teach = useMutation({
    mutationFn: () => post<Taught>(`/shots/${shot.id}/teach`, { thing, note, steps: Number(steps) }),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const count = lesson.painted.length;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        teach.mutate();
      }}
    >
      <h2>Teach</h2>
      <label>
        What is painted? <input value={thing} onChange={(event) => setThing(event.target.value)} placeholder="the man" maxLength={80} />
      </label>
      <label>
        What becomes of it? <input value={note} onChange={(event) => setNote(event.target.value)} placeholder={lesson.note} maxLength={2000} />
      </label>
      <div className="row">
        <label className="inline">
          Steps{" "}
          <select value={steps} onChange={(event) => setSteps(event.target.value)}>
            {LENGTHS.map(([number, name]) => (
              <option key={number} value={number}>{number}: {name}</option>
            ))}
          </select>
        </label>
        <button type="submit" className="main right" disabled={!may || count === 0 || working || teach.isPending}>
          {teach.isPending ? "Bringing them in …" : `Teach it ${count} ${count === 1 ? "frame" : "frames"}`}
        </button>
      </div>
      {count < 3 && <p className="quiet">With three painted frames one can be held out, so that you learn how well the others teach it.</p>}
      <Trouble error={teach.error} />
    </form>
  );
}

/** How it learns, and what is honest to say of it when it has. */
function Report({ learned, go }: { learned: Learned; go: (frame: number) => void }) {
  return (
    <section className="report" aria-label="What it has learned">
      <h2>{learned.has_learned ? "What it learned" : "It learns"}</h2>
      <img src={learned.picture} alt="A frame that nobody painted, all dark that the model leaves out" />
      {!learned.has_learned && (
        <>
          <progress max={learned.of} value={learned.steps} aria-label="Steps learned" />
          <p className="quiet">{learned.steps} of {learned.of} steps; loss {learned.loss.toFixed(3)}</p>
        </>
      )}
      {learned.has_learned && (
        <>
          {learned.held_out && <p>A frame that it had not seen, {learned.held_out.frame}: it met <b>{Math.round(100 * learned.held_out.fits)} %</b> of what was painted there, early on.</p>}
          {!learned.held_out && <p>Nothing was held out, so how well it does is not known.</p>}
          {learned.warnings.map((one) => (
            <p key={one} className="finding">{one}</p>
          ))}
          {learned.paint_next.length > 0 && (
            <p className="row">
              Paint these next:
              {learned.paint_next.map((one) => (
                <button key={one} type="button" onClick={() => go(one)}>{one}</button>
              ))}
            </p>
          )}
          {learned.unsure.length > 0 && <p className="quiet">It is least sure in {learned.unsure.slice(0, 5).join(", ")}.</p>}
          <details>
            <summary>The whole report</summary>
            <pre>{learned.report}</pre>
          </details>
        </>
      )}
    </section>
  );
}
