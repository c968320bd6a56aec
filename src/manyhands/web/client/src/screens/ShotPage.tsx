import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { Link } from "wouter";
import { type Comment, type Mark, type Pointed, type Production, type Shot, type Take, get } from "../api";
import { Trouble } from "../parts";
import { Player, type Said, type Version } from "../player/Player";
import type { Range } from "../player/transport";
import { HereMarks, type HereTool } from "../player/Here";
import { Sketch, type Tool } from "../player/Sketch";
import { Decide } from "./Decide";
import { Comments } from "./Comments";
import { Deliver } from "./Deliver";
import { Notes } from "./Notes";
import { Tabs } from "./Tabs";
import { ShareTakes } from "./Share";

const AT_ONCE = 4;

/** A shot: its picture, the largest thing, and beside it what is said, decided and delivered. */
export function ShotPage({ id, mode, production }: { id: string; mode: string; production: Production }) {
  const { data: shot, error } = useQuery({ queryKey: ["shot", id], queryFn: () => get<Shot>(`/shots/${id}`), meta: { shot: id } });
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [frame, setFrame] = useState(0);
  const [preview, setPreview] = useState<string | null>(null);
  const [tool, setTool] = useState<Tool | null>(null);
  const [drawnFor, setDrawnFor] = useState<Record<string, Mark[]>>({}); // by take: what was begun on one does not go to another
  const [mark, setMark] = useState<Range | null>(null);
  const [top, setTop] = useState("");
  const [here, setHere] = useState<Pointed | null>(null);
  const [hereTool, setHereTool] = useState<HereTool | null>(null);
  const [radius, setRadius] = useState(0.02);
  const [wanted, setWanted] = useState<{ frame: number; last?: number; turn: number }>({ frame: 0, turn: 0 });
  const shown = useMemo(() => (shot ? versions(shot, chosen ?? first(shot)) : []), [shot, chosen]);
  // what one sees alone is what one speaks of and decides on
  const onTake = shot?.takes.find((one) => one.id === (shown.some((version) => version.id === top) && top !== "plate" ? top : shown.find((version) => version.take)?.id));
  const { data: comments } = useQuery({
    queryKey: ["comments", onTake?.id],
    queryFn: () => get<Comment[]>(`/takes/${onTake!.id}/comments`),
    enabled: !!onTake,
    meta: { shot: id },
  });
  useEffect(() => {
    if (hereTool !== "brush") return;
    const onKey = (event: KeyboardEvent) => {
      if ((event.target as HTMLElement).closest("input, textarea, select") || (event.key !== "[" && event.key !== "]")) return;
      setRadius((was) => Math.min(0.25, Math.max(0.002, was * (event.key === "]" ? 1.25 : 0.8))));
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [hereTool]);
  if (error) return <div className="empty"><Trouble error={error} /><Link href="/">Back to the shots</Link></div>;
  if (!shot) return <div className="empty" aria-busy="true">Opening {id} …</div>;
  const onScreen = shown.map((one) => one.id);
  const take = onTake;
  const marks = drawnFor[take?.id ?? ""] ?? [];
  const setMarks = (next: Mark[]) => setDrawnFor({ ...drawnFor, [take?.id ?? ""]: next });
  const go = (at: number, last?: number) => setWanted({ frame: at, last, turn: wanted.turn + 1 });
  const drawnOn = (at: number) => (comments ?? []).filter((one) => one.first <= at && at <= one.last).flatMap((one) => one.marks);
  const show = (ids: readonly string[]) => {
    setPreview(null);
    setChosen(ids);
  };
  const toggle = (version: string) =>
    show(onScreen.includes(version) ? onScreen.filter((one) => one !== version) : [...onScreen, version].slice(-AT_ONCE));
  return (
    <div className="desk">
      <div className="stage">
        <nav className="takes" aria-label="What is on the screen">
          <h1>{shot.id}</h1>
          <button type="button" aria-pressed={onScreen.includes("plate")} onClick={() => toggle("plate")}>
            Plate
          </button>
          {shot.takes.map((one) => (
            <button key={one.id} type="button" aria-pressed={onScreen.includes(one.id)} onClick={() => toggle(one.id)} title={`${one.name}, seed ${one.seed}`}>
              {one.name} <span className="quiet">seed {one.seed}</span> <Standing says={standing(one, shot)} />
            </button>
          ))}
          <span className="quiet">{shot.takes.length > 0 ? "choose up to four" : ""}</span>
          <ShareTakes shot={shot} production={production} onScreen={onScreen} />
        </nav>
        {preview && (
          <div className="previewed">
            <video src={preview} autoPlay={!matchMedia("(prefers-reduced-motion: reduce)").matches} loop muted playsInline controls aria-label="Preview of a proposal" />
            <button type="button" onClick={() => setPreview(null)}>
              Back to the frames
            </button>
          </div>
        )}
        <div className={preview ? "hidden" : "playing"}>
          <Player frames={shot.frames} width={take?.width ?? shot.plate.width} height={take?.height ?? shot.plate.height} versions={shown} parts={take?.extent} said={mode === "decide" ? spoken(comments ?? []) : NOTHING_SAID} keep={shot.id} onFrame={setFrame} onMark={setMark} onTop={setTop} wanted={wanted.turn ? wanted : undefined}
            over={(at, box) => mode === "note" ? (
              <HereMarks box={box} tool={hereTool} radius={radius} strokes={here?.frame === at ? here.strokes : []} add={(stroke) => setHere((was) => ({ frame: at, strokes: [...(was?.frame === at ? was.strokes.filter((one) => one.tool !== "point" || stroke.tool !== "point") : []), stroke] }))} />
            ) : mode === "decide" && <Sketch box={box} marks={[...drawnOn(at), ...(at === frame ? marks : [])]} tool={tool} add={(mark) => setMarks([...marks, mark])} />}
          />
        </div>
      </div>
      <aside className="side">
        <Tabs id={id} mode={mode} />
        <div className="panel">
          {mode === "note" && <Notes shot={shot} production={production} frame={frame} show={setPreview} here={here} setHere={setHere} tool={hereTool} setTool={setHereTool} go={go} />}
          {mode === "decide" && (
            <>
              <Decide shot={shot} take={take} production={production} show={show} />
              {take && (
                <Comments key={take.id} take={take} production={production} frame={frame || take.frames.first} range={mark} tool={tool} setTool={setTool} marks={marks} setMarks={setMarks} go={go} />
              )}
            </>
          )}
          {mode === "deliver" && <Deliver shot={shot} production={production} />}
        </div>
      </aside>
    </div>
  );
}

function standing(take: Take, shot: Shot): "" | "✓ accepted" | "✗ rejected" | "↺ sent back" {
  if (shot.accepted === take.id) return "✓ accepted";
  const last = take.verdicts.at(-1)?.verdict;
  return last === "reject" ? "✗ rejected" : last === "revise" ? "↺ sent back" : "";
}

function Standing({ says }: { says: string }) {
  return says && <span title={says.slice(2)} aria-label={says.slice(2)} role="img">{says[0]}</span>;
}

const NOTHING_SAID: readonly Said[] = [];

/** What stands on the strip: what was said, without the answers to it. */
function spoken(comments: readonly Comment[]): Said[] {
  const settled = new Set(comments.filter((one) => one.settles).map((one) => one.answers));
  return comments.filter((one) => !one.answers).map(({ id, first, last, by, text }) => ({ id, first, last, by, text, settled: settled.has(id) }));
}

function first(shot: Shot): readonly string[] {
  const take = shot.accepted || shot.takes.at(-1)?.id;
  return take ? [take, "plate"] : ["plate"];
}

function versions(shot: Shot, ids: readonly string[]): Version[] {
  const plate: Version = { id: "plate", name: "Plate", url: (frame) => `/api/shots/${shot.id}/frames/${frame}/plate.jpg?v=${shot.plate.stamp}`, still: (frame) => `/api/shots/${shot.id}/frames/${frame}/plate.png?v=${shot.plate.stamp}` };
  const found = ids.flatMap((id): Version[] => {
    if (id === "plate") return [plate];
    const take = shot.takes.find((one) => one.id === id);
    if (!take) return [];
    const at = (kind: string) => (frame: number) => `/api/takes/${take.id}/frames/${frame}/${kind}?v=${take.stamp}`;
    return [{ id: take.id, name: `${take.name} · seed ${take.seed}`, standing: standing(take, shot), url: at("take.jpg"), hands: at("hands.jpg"), still: at("take.png"), handsStill: at("hands.png"), take: take.id }];
  });
  return found.length ? found : [plate];
}
