import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Comment, type LinkShown, type Mark, Refused, type Shared, get, post } from "../api";
import { Trouble } from "../parts";
import { Player, type Version } from "../player/Player";
import { Sketch, type Tool } from "../player/Sketch";
import type { Range } from "../player/transport";
import { Spoken, useWhich } from "./Which";

const TOOLS: readonly Tool[] = ["pen", "arrow", "box"];
const EVERY_MS = 2000;
const isOver = (error: unknown) => error instanceof Refused && !!error.about.over;
const mustEnter = (error: unknown) => error instanceof Refused && !!error.about.enter;

/** What a guest sees who came by a link: the takes, what may be said of them, and nothing else. */
export function GuestPage({ token }: { token: string }) {
  const link = useQuery({ queryKey: ["link", token], queryFn: () => post<LinkShown>("/guests", { token }), retry: false, staleTime: Infinity });
  const share = link.data?.share ?? "";
  const shared = useQuery({ queryKey: ["shared", share], queryFn: () => get<Shared>(`/guests/${share}`), enabled: !!share, retry: false, refetchInterval: (query) => (query.state.data ? EVERY_MS : false) });
  if (isOver(link.error) || isOver(shared.error)) return <Over />;
  if (link.isPending || (shared.isPending && !shared.error)) return <main className="empty" aria-busy="true">Opening what was shared …</main>;
  if (link.error) return <main className="empty"><Trouble error={link.error} /></main>;
  if (mustEnter(shared.error)) return <Enter link={link.data!} token={token} />;
  if (!shared.data) return <main className="empty"><Trouble error={shared.error} /></main>;
  return <Takes shared={shared.data} offline={!!shared.error} />;
}

function Over() {
  return (
    <main className="empty">
      <h1>This is no longer shared.</h1>
      <p className="quiet">Ask whoever sent you the link for another.</p>
    </main>
  );
}

function Enter({ link, token }: { link: LinkShown; token: string }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useMutation({
    mutationFn: () => post<LinkShown>(`/guests/${link.share}`, { token, name, password }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["shared"] }),
    onError: () => queries.invalidateQueries({ queryKey: ["link"] }), // it may have been taken back meanwhile
  });
  return (
    <main className="empty">
      <form
        className="card begin"
        onSubmit={(event) => {
          event.preventDefault();
          enter.mutate();
        }}
      >
        <h1>Shared with {link.label}</h1>
        <p className="quiet">What you say here is recorded under your name, as a guest of {link.label}.</p>
        <label>
          Who are you?
          <input value={name} onChange={(event) => setName(event.target.value)} placeholder="Your name" autoComplete="name" required maxLength={80} autoFocus />
        </label>
        {link.has_password && (
          <label>
            Password
            <input type="password" value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="off" required maxLength={256} />
          </label>
        )}
        <Trouble error={enter.error} />
        <button type="submit" className="main" disabled={!name.trim() || (link.has_password && !password) || enter.isPending}>
          {enter.isPending ? "Opening …" : "Look"}
        </button>
      </form>
    </main>
  );
}

function Takes({ shared, offline }: { shared: Shared; offline: boolean }) {
  const [chosen, setChosen] = useState(shared.takes[0]?.id ?? "");
  const [frame, setFrame] = useState(0);
  const [tool, setTool] = useState<Tool | null>(null);
  const [marks, setMarks] = useState<Mark[]>([]);
  const [wanted, setWanted] = useState<{ frame: number; last?: number; turn: number }>({ frame: 0, turn: 0 });
  const [mark, setMark] = useState<Range | null>(null);
  const take = shared.takes.find((one) => one.id === chosen) ?? shared.takes[0];
  const at = `/guests/${shared.share}/takes/${take?.id}`;
  const said = useQuery({ queryKey: ["guest comments", at], queryFn: () => get<Comment[]>(`${at}/comments`), enabled: !!take, refetchInterval: EVERY_MS, retry: false });
  if (!take) return <Over />;
  const picture = (kind: string) => (number: number) => `/api${at}/frames/${number}/${kind}.jpg?v=${take.stamp}`;
  const versions: Version[] = [{ id: take.id, name: take.name, url: picture("take"), hands: picture("hands") }];
  if (shared.shows_plate) versions.push({ id: `plate ${take.id}`, name: "Plate", url: picture("plate") });
  const drawnOn = (number: number) => (said.data ?? []).filter((one) => one.first <= number && number <= one.last).flatMap((one) => one.marks);
  return (
    <>
      <header className="bar">
        <span className="brand"><b>Manyhands</b> <span>shared by {shared.by} with {shared.label}</span></span>
        {offline && <span className="offline" role="status">Not connected</span>}
        <span className="right quiet">{shared.me}</span>
      </header>
      <main id="page">
        <div className="desk">
          <div className="stage">
            <nav className="takes" aria-label="What is on the screen">
              <h1>{take.shot}</h1>
              {shared.takes.map((one) => (
                <button
                  key={one.id}
                  type="button"
                  aria-pressed={one.id === take.id}
                  onClick={() => {
                    setChosen(one.id);
                    setMarks([]);
                  }}
                >
                  {one.shot === take.shot ? one.name : `${one.shot} ${one.name}`}
                </button>
              ))}
            </nav>
            <div className="playing">
              <Player
                key={take.id}
                frames={take.frames}
                width={take.width}
                height={take.height}
                versions={versions}
                parts={take.extent}
                onFrame={setFrame}
                onMark={setMark}
                wanted={wanted.turn ? wanted : undefined}
                keep={`${shared.share}.${take.shot}`}
                said={said.data?.filter((one) => !said.data.some((other) => other.id === one.answers)).map((one) => ({ ...one, settled: false }))}
                over={(number, box) => <Sketch box={box} marks={[...drawnOn(number), ...(number === frame ? marks : [])]} tool={tool} add={(mark) => setMarks((was) => [...was, mark])} />}
              />
            </div>
          </div>
          <aside className="side">
            <div className="panel">
              <Said
                key={take.id}
                at={at}
                shared={shared}
                comments={said.data ?? []}
                frame={frame || take.frames.first}
                range={mark}
                tool={tool}
                setTool={setTool}
                marks={marks}
                setMarks={setMarks}
                go={(number, last) => setWanted({ frame: number, last, turn: wanted.turn + 1 })}
              />
            </div>
          </aside>
        </div>
      </main>
    </>
  );
}

function Said({ at, shared, comments, frame, range, tool, setTool, marks, setMarks, go }: {
  at: string;
  shared: Shared;
  comments: readonly Comment[];
  frame: number;
  range: Range | null;
  tool: Tool | null;
  setTool: (tool: Tool | null) => void;
  marks: readonly Mark[];
  setMarks: (marks: Mark[]) => void;
  go: (frame: number, last?: number) => void;
}) {
  const queries = useQueryClient();
  const [text, setText] = useState("");
  const [answers, setAnswers] = useState("");
  const { of, says, choose } = useWhich(range, frame, answers);
  const [id, setId] = useState(() => crypto.randomUUID?.() ?? named()); // one that is sent twice is one
  const say = useMutation({
    mutationFn: () => post<Comment>(`${at}/comments`, { id, text: text.trim(), ...of, marks, answers }),
    onSuccess: () => {
      setText("");
      setAnswers("");
      setMarks([]);
      setTool(null);
      setId(crypto.randomUUID?.() ?? named());
      void queries.invalidateQueries({ queryKey: ["guest comments"] });
    },
    onError: () => void queries.invalidateQueries({ queryKey: ["shared"] }),
  });
  return (
    <section aria-label="Comments">
      <h2>Comments</h2>
      {comments.length === 0 && <p className="quiet">{shared.may_comment ? "Say what you see: stop on a frame, write, or draw on it." : "This link is to look, not to comment."}</p>}
      <ol className="comments">
        {comments
          .filter((one) => !comments.some((other) => other.id === one.answers))
          .map((one) => (
            <li key={one.id} className={one.first <= frame && frame <= one.last ? "now" : ""}>
              <Spoken of={one} go={go} />
              <b>{one.by}</b> {one.text || <span className="quiet">drew on it</span>}
              {comments
                .filter((reply) => reply.answers === one.id)
                .map((reply) => (
                  <p key={reply.id} className="reply"><b>{reply.by}</b> {reply.text}</p>
                ))}
              {shared.may_comment && (
                <span className="row">
                  <button type="button" className="small" aria-pressed={answers === one.id} onClick={() => setAnswers(answers === one.id ? "" : one.id)}>Answer</button>
                </span>
              )}
            </li>
          ))}
      </ol>
      {shared.may_comment && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            say.mutate();
          }}
        >
          <label>
            {says}
            <textarea rows={3} value={text} onChange={(event) => setText(event.target.value)} maxLength={5000} />
          </label>
          {choose}
          <div className="row">
            {TOOLS.map((one) => (
              <button key={one} type="button" aria-pressed={tool === one} onClick={() => setTool(tool === one ? null : one)}>{one}</button>
            ))}
            {marks.length > 0 && <button type="button" onClick={() => setMarks(marks.slice(0, -1))}>Undo</button>}
            <button type="submit" className="right" disabled={(!text.trim() && marks.length === 0) || say.isPending}>Say it</button>
          </div>
          <Trouble error={say.error} />
        </form>
      )}
    </section>
  );
}

/** A name for a comment where a page came by http, and the browser makes none. */
const named = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
