import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Production, type Word, get, post } from "../api";
import { Trouble } from "../parts";
import { Asking, Dialog, Field, useAct } from "./RoomParts";

const STANDS: Record<string, string> = { "": "not answered yet", acknowledged: "acknowledged", declined: "declined", overridden: "gone over" };

/** Tasks of people whose work a take does: their word, their department's, and a producer who goes on over a no. */
export function Words({ shot, take, production }: { shot: string; take?: string; production: Production }) {
  const [answering, setAnswering] = useState<{ one: Word; department: string } | null>(null);
  const [over, setOver] = useState<Word | null>(null);
  const { data, error } = useQuery({ queryKey: ["words", shot, take ?? ""], queryFn: () => get<Word[]>(`/shots/${encodeURIComponent(shot)}/words?take=${encodeURIComponent(take ?? "")}`), meta: { shot } });
  if (error) return <Trouble error={error} />;
  if (!data?.length) return null;
  return (
    <section aria-label="Whose task this take does">
      <h2>Whose task it does</h2>
      <ul className="rules words">
        {data.map((one) => (
          <li key={one.task}>
            <p>
              <b>{one.craft}</b> was given to {one.is_mine ? "you" : one.person} ({one.title}); {one.steps.join(", ")} did it.{" "}
              <span className={one.stands === "acknowledged" ? "good" : one.stands === "overridden" ? "quiet" : "finding"}>{STANDS[one.stands] ?? one.stands}{one.by && ` by ${one.by}`}</span>
            </p>
            {one.why && <blockquote>{one.why}</blockquote>}
            {one.stands === "overridden" && <p className="quiet">The page for the audience tells that, and {one.by}'s reason.</p>}
            <p className="row">
              {one.is_mine && <button type="button" onClick={() => setAnswering({ one, department: "" })}>{one.stands ? "Answer anew …" : "Answer …"}</button>}
              {one.is_ours && <button type="button" onClick={() => setAnswering({ one, department: one.department })}>Answer for {one.department} …</button>}
              {one.may_go_on && <button type="button" onClick={() => setOver(one)} aria-label={`Go on over it: ${one.title}`}>Go on over it …</button>}
            </p>
            {!one.stands || one.stands === "declined" ? (
              !one.may_go_on && (
                <p className="quiet">
                  {one.is_mine ? "Until you answer" : `Until ${one.person} answers`} it is neither accepted nor delivered under rules that ask for it.{" "}
                  {one.from_then ? `From ${one.from_then} on a producer may go on over silence` : "A producer may go on over a no"}, with a reason that the audience is told.
                </p>
              )
            ) : null}
          </li>
        ))}
      </ul>
      {answering && <Answer shot={shot} task={answering.one.task} take={answering.one.take} department={answering.department} says={`${answering.one.craft} in ${shot}: ${answering.one.title}`} close={() => setAnswering(null)} />}
      {over && <GoOver shot={shot} one={over} production={production} close={() => setOver(null)} />}
    </section>
  );
}

/** A person's word on a take that does their task; a no has a reason, and neither answer is chosen beforehand. */
export function Answer({ shot, task, take, department = "", says, close }: { shot: string; task: string; take: string; department?: string; says: string; close: () => void }) {
  const [decline, setDecline] = useState<boolean | null>(null);
  const [note, setNote] = useState("");
  const act = useAct(() => post(`/shots/${encodeURIComponent(shot)}/words`, { task, take, decline, department, note }), close);
  return (
    <Dialog title={department ? `A maker did a task of ${department}` : "A maker did your task"} close={close}>
      <p>{says}</p>
      <Asking act={act} says="Say so" close={close} ready={decline !== null && (!decline || !!note.trim())}>
        <div className="row" role="radiogroup" aria-label="Your word">
          <button type="button" role="radio" aria-checked={decline === true} onClick={() => setDecline(true)}>I do not accept it</button>
          <button type="button" role="radio" aria-checked={decline === false} onClick={() => setDecline(false)}>I know and accept it</button>
        </div>
        <Field says={decline ? "Why not?" : "A note, if you like"} value={note} set={setNote} most={2000} lines={2} required={!!decline} />
        <p className="quiet">What you said last counts. The audience is told what was said, and never whose task it was.</p>
      </Asking>
    </Dialog>
  );
}

function GoOver({ shot, one, production, close }: { shot: string; one: Word; production: Production; close: () => void }) {
  const [why, setWhy] = useState("");
  const act = useAct(() => post(`/shots/${encodeURIComponent(shot)}/words/over`, { task: one.task, take: one.take, why }), close);
  return (
    <Dialog title={one.stands === "declined" ? `Go on over ${one.person}'s no?` : `Go on without ${one.person}'s word?`} close={close}>
      {one.why && <blockquote>{one.why}</blockquote>}
      <Asking act={act} says="Go on over it" close={close} danger ready={!!why.trim()}>
        <Field says={`Why? It is told to the audience, with the name of ${production.me}`} value={why} set={setWhy} required most={2000} lines={2} />
        <p className="quiet">The page for the audience will say:</p>
        <blockquote>{one.tells}{why.trim() || "…"}</blockquote>
      </Asking>
    </Dialog>
  );
}
