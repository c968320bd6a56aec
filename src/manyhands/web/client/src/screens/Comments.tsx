import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Comment, type Mark, type Production, type Take, get, post } from "../api";
import { Trouble } from "../parts";
import type { Tool } from "../player/Sketch";
import type { Range } from "../player/transport";
import { Spoken, useWhich } from "./Which";

const TOOLS: readonly Tool[] = ["pen", "arrow", "box"];
const KEPT = "manyhands.unsent";

const begun = new Map<string, string>(); // what is being written, by take: to look at another does not lose it

type Unsent = { id: string; text: string; first: number; last: number; marks: Mark[]; answers: string; settles: boolean };

/** What is said of frames of a take: written here first, kept until the studio has it, never lost. */
export function Comments({ take, production, frame, range, tool, setTool, marks, setMarks, go }: {
  take: Take;
  production: Production;
  frame: number;
  /** What is marked in and out. */
  range: Range | null;
  tool: Tool | null;
  setTool: (tool: Tool | null) => void;
  marks: readonly Mark[];
  setMarks: (marks: Mark[]) => void;
  /** To a frame; with a last one, play from there to it. */
  go: (frame: number, last?: number) => void;
}) {
  const queries = useQueryClient();
  const key = ["comments", take.id];
  const { data } = useQuery({ queryKey: key, queryFn: () => get<Comment[]>(`/takes/${take.id}/comments`), meta: { shot: take.shot } });
  const place = `${KEPT}.${take.id}`;
  const [unsent, setUnsent] = useState<Unsent[]>(() => JSON.parse(localStorage.getItem(place) ?? "[]"));
  const [answers, setAnswers] = useState("");
  const [text, setTextNow] = useState(begun.get(take.id) ?? "");
  const setText = (next: string) => {
    begun.set(take.id, next);
    setTextNow(next);
  };
  const { of, says, choose } = useWhich(range, frame, answers);
  const keep = (next: Unsent[]) => {
    localStorage.setItem(place, JSON.stringify(next));
    setUnsent(next);
  };
  const send = useMutation({
    mutationFn: (one: Unsent) => post<Comment>(`/takes/${take.id}/comments`, one),
    onSuccess: (made) => {
      const left = (JSON.parse(localStorage.getItem(place) ?? "[]") as Unsent[]).filter((one) => one.id !== made.id);
      keep(left);
      void queries.invalidateQueries({ queryKey: key });
    },
    retry: 1000,
    retryDelay: (tries) => Math.min(5000, 400 * 2 ** tries),
  });
  // what a closed tab left unsent goes out when it is opened again
  useEffect(() => {
    for (const one of unsent) send.mutate(one);
    // eslint-disable-next-line
  }, [take.id]);
  const say = (settles = "") => {
    const one: Unsent = {
      id: crypto.randomUUID(),
      text: settles ? "settled" : text.trim(),
      first: settles ? (data?.find((found) => found.id === settles)?.first ?? frame) : of.first,
      last: settles ? (data?.find((found) => found.id === settles)?.last ?? frame) : of.last,
      marks: settles ? [] : [...marks],
      answers: settles || answers,
      settles: !!settles,
    };
    keep([...unsent, one]);
    send.mutate(one);
    if (!settles) {
      setText("");
      setMarks([]);
      setTool(null);
      setAnswers("");
    }
  };
  const settled = new Set((data ?? []).filter((one) => one.settles).map((one) => one.answers));
  const top = (data ?? []).filter((one) => !one.answers);
  const may = production.may.includes("comment");
  return (
    <section aria-label="Comments">
      <h2>Comments</h2>
      <ol className="comments">
        {top.map((one) => (
          <li key={one.id} className={settled.has(one.id) ? "settled" : one.first <= frame && frame <= one.last ? "now" : ""}>
            <Spoken of={one} go={go} />
            <b>{one.by}</b> {one.text || <span className="quiet">drew on it</span>}
            {(data ?? [])
              .filter((reply) => reply.answers === one.id)
              .map((reply) => (
                <p key={reply.id} className="reply">
                  <b>{reply.by}</b> {reply.text}
                </p>
              ))}
            {may && !settled.has(one.id) && (
              <span className="row">
                <button type="button" className="small" onClick={() => setAnswers(answers === one.id ? "" : one.id)} aria-pressed={answers === one.id}>
                  Answer
                </button>
                <button type="button" className="small" onClick={() => say(one.id)}>
                  Settled
                </button>
              </span>
            )}
          </li>
        ))}
        {unsent
          .filter((one) => !data?.some((found) => found.id === one.id))
          .map((one) => (
            <li key={one.id} aria-busy="true">
              <span className="quiet">{one.first} on its way:</span> {one.text}
            </li>
          ))}
      </ol>
      {may && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            say();
          }}
        >
          <label>
            {says}
            <textarea rows={2} value={text} onChange={(event) => setText(event.target.value)} maxLength={5000} />
          </label>
          {choose}
          <div className="row">
            {TOOLS.map((one) => (
              <button key={one} type="button" aria-pressed={tool === one} onClick={() => setTool(tool === one ? null : one)}>
                {one}
              </button>
            ))}
            {marks.length > 0 && (
              <button type="button" onClick={() => setMarks(marks.slice(0, -1))}>
                Undo
              </button>
            )}
            <button type="submit" disabled={!text.trim() && marks.length === 0}>
              Say it
            </button>
          </div>
          <Trouble error={send.failureCount > 2 ? send.failureReason : null} />
        </form>
      )}
    </section>
  );
}
