import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type Answer, type Offer, type Pointed, type Production, type Shot, Refused, post, refused } from "../api";
import { isOpen, useLive } from "../live";
import { Said, Trouble, WorkBar } from "../parts";
import { type HereTool, HereTools } from "../player/Here";
import { Moving } from "./Moving";
import { RecipeList } from "./Recipe";
import { SetByHand } from "./SetByHand";

/** What is to be seen, in the director's words, and what the studio proposes. */
export function Notes({ shot, production, frame, show, here, setHere, tool, setTool, go }: {
  shot: Shot;
  production: Production;
  frame: number;
  show: (preview: string | null) => void;
  here: Pointed | null;
  setHere: (here: Pointed | null) => void;
  tool: HereTool | null;
  setTool: (tool: HereTool | null) => void;
  go: (frame: number) => void;
}) {
  const queries = useQueryClient();
  const [note, setNote] = useState("");
  const [revise, setRevise] = useState("");
  const [editing, setEditing] = useState<Editing>({ recipe: "", answer: "", isNext: false });
  const { orders } = useLive();
  // what is being changed stays while it is, also where somebody else has gone on from it
  const kept = useRef<Answer | null>(null);
  const found = shot.answers.find((one) => one.id === editing.answer);
  if (found) kept.current = found;
  const left = !found && editing.answer && kept.current?.id === editing.answer ? kept.current : null;
  const answers = left ? [left, ...shot.answers] : shot.answers;
  const say = useMutation({
    mutationFn: () => post<Answer>(`/shots/${shot.id}/notes`, { note, revise, here }),
    onSuccess: () => {
      setNote("");
      setHere(null);
      setTool(null);
      void queries.invalidateQueries();
    },
  });
  const working = [...orders.values()].filter((one) => one.order.shot === shot.id && isOpen(one));
  const failed = shot.orders.filter((one) => one.state === "failed" && one.order.what !== "previews").slice(-1);
  return (
    <>
      <form
        className="say"
        onSubmit={(event) => {
          event.preventDefault();
          say.mutate();
        }}
      >
        <label htmlFor="note">What is to be seen?</label>
        <textarea
          id="note"
          value={note}
          rows={3}
          maxLength={2000}
          placeholder={shot.notes.at(-1) ?? "thick black smoke on the roof, wind from the left"}
          onChange={(event) => setNote(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && note.trim()) {
              event.preventDefault();
              say.mutate();
            }
          }}
        />
        <HereTools here={here} setHere={setHere} tool={tool} setTool={setTool} frame={frame || shot.frames.first} go={go} />
        <div className="row saying">
          {shot.takes.length > 0 && (
            <label className="inline changestake">
              changes{" "}
              <select value={revise} onChange={(event) => setRevise(event.target.value)}>
                <option value="">nothing: begins anew</option>
                {shot.takes.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} {one.seed !== 1 ? `· ${one.seed}` : ""}
                  </option>
                ))}
              </select>
            </label>
          )}
          <button type="submit" className="main" disabled={!note.trim() || say.isPending || !production.may.includes("propose")}>
            {say.isPending ? "Reading …" : "Propose"}
          </button>
        </div>
        <Trouble error={say.error} />
      </form>
      {working.map((one) => (
        <WorkBar key={one.order.id} standing={one} />
      ))}
      {failed.map((one) => (
        <Trouble key={one.order.id} error={refused(one.error, one.order.what)} />
      ))}
      {answers.map((answer, index) => (
        <details key={answer.id} open={index === 0 || (index === 1 && !!left) || editing.answer === answer.id} className="answer">
          <summary>“{answer.note}”{answer.set_by && <span className="quiet"> changed by {answer.set_by}</span>}</summary>
          <Understood answer={answer} />
          <ol className="offers">
            {answer === left && <li className="finding">Somebody went on from this meanwhile. What you propose sets out from it as it was.</li>}
            {answer.offers.map((offer) => (
              <OfferCard key={offer.recipe} offer={offer} answer={answer} shot={shot} production={production} frame={frame} show={show} editing={editing} edit={setEditing} />
            ))}
          </ol>
        </details>
      ))}
    </>
  );
}

function Understood({ answer }: { answer: Answer }) {
  if (answer.not_understood.length === 0 && answer.remarks.length === 0) return null;
  return (
    <div className="quiet">
      {answer.not_understood.length > 0 && <p>Not understood: {answer.not_understood.map((word) => `“${word}”`).join(", ")}</p>}
      {answer.remarks.map((remark) => (
        <p key={remark}>{remark}</p>
      ))}
    </div>
  );
}

/** The one proposal that is being changed; `isNext` where it came of the one that was changed before it. */
type Editing = { recipe: string; answer: string; isNext: boolean };

function OfferCard({ offer, answer, shot, production, frame, show, editing, edit }: {
  offer: Offer;
  answer: Answer;
  shot: Shot;
  production: Production;
  frame: number;
  show: (preview: string | null) => void;
  editing: Editing;
  edit: (editing: Editing) => void;
}) {
  const queries = useQueryClient();
  const [seed, setSeed] = useState(1);
  const byHand = editing.recipe === offer.recipe && editing.answer === answer.id;
  const close = () => edit({ recipe: "", answer: "", isNext: false });
  const changes = answer.adjustments.filter((one) => !one.undone_by).length;
  const run = useMutation({
    mutationFn: (agree: boolean) => post(`/shots/${shot.id}/runs`, { recipe: offer.recipe, seed, agree }),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const isMade = shot.takes.some((one) => one.recipe === offer.recipe && one.seed === seed);
  return (
    <li className="card offer">
      <div className="row">
        <b>{offer.name}</b>
        <span className="quiet right">{offer.price || "made here, costs nothing"}</span>
      </div>
      <Moving offer={offer} shot={shot} production={production} show={show} />
      {!byHand && <RecipeList steps={offer.steps} />}
      {!byHand && answer.adjustments.length > 0 && (
        <p className="quiet">{changes === 0 ? "as it was offered" : changes === 1 ? "1 change by hand" : `${changes} changes by hand`}</p>
      )}
      <details>
        <summary>Why</summary>
        <ul className="why">
          {offer.why.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
          {offer.findings.map((finding) => (
            <li key={finding} className="finding">{finding}</li>
          ))}
        </ul>
      </details>
      <div className="row actions">
        <button type="button" aria-expanded={byHand} onClick={() => (byHand ? close() : edit({ recipe: offer.recipe, answer: answer.id, isNext: false }))} disabled={!production.may.includes("adjust")}>
          Change by hand
        </button>
        <label className="inline">
          seed <input type="number" min={0} max={4294967295} value={seed} onChange={(event) => setSeed(Number(event.target.value))} />
        </label>
        <button type="button" className="main" disabled={run.isPending || isMade || !offer.is_complete || !production.may.includes("run")} onClick={() => run.mutate(false)}>
          {isMade ? "Made" : "Make it"}
        </button>
      </div>
      {run.error instanceof Refused && run.error.about.most_minor !== undefined ? (
        <div className="trouble">
          <p><Said what={run.error.what} /></p>
          <button type="button" onClick={() => run.mutate(true)}>I agree to that</button>
        </div>
      ) : (
        <Trouble error={run.error} />
      )}
      {byHand && (
        <SetByHand offer={offer} answer={answer} shot={shot} frame={frame} isNext={editing.isNext} close={close}
          went={(made) => edit({ recipe: made.offers[0]?.recipe ?? "", answer: made.id, isNext: true })}
        />
      )}
    </li>
  );
}
