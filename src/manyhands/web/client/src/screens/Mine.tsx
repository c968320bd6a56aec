import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type Mine, type Production, type SuggestedShown, type Waits, get, post } from "../api";
import { Trouble } from "../parts";
import { Allowed, Asking, Dialog, Field, Loaded, Room, Rows, minutes, plain, useAct } from "./RoomParts";
import { Statement } from "./Statement";
import { Answer } from "./Words";

/** A person's own page: what waits for them, what they worked, what they are owed.  Nobody else is told any of it. */
export function MyPage({ production }: { part: string; production: Production }) {
  const [more, setMore] = useState(50);
  const found = useQuery({ queryKey: ["mine", more], queryFn: () => get<Mine>(`/mine?hours=${more}`), placeholderData: (before) => before });
  return (
    <Room name={production.me} at="mine" about="Only you say how long you worked. Who books wages sees it in them; nobody else is told.">
      <Loaded of={found}>
        {(data) => (
          <div className="mine">
            <section aria-labelledby="waits">
              <h2 id="waits">Waits for you</h2>
              <WaitsList waits={data.waits} />
            </section>
            <section aria-labelledby="hours">
              <h2 id="hours">Your hours</h2>
              <Allowed act="time" to="say hours" production={production}>
                <SayHours tasks={data.waits.filter((one) => one.what === "task")} today={data.today} />
                <Suggestions today={data.today} />
                <Hours data={data} />
                {data.hours_before > 0 && <button type="button" onClick={() => setMore(more + 500)}>Show {data.hours_before} from before</button>}
              </Allowed>
            </section>
            <section aria-labelledby="owed">
              <h2 id="owed">What you are owed</h2>
              <ul className="counts">
                {data.owed.map((one) => (
                  <li key={`${one.account} ${one.currency}`}><b>{one.amount}</b> {one.kind}</li>
                ))}
              </ul>
              {data.owed.length === 0 && <p className="quiet">Nothing is booked for you yet.</p>}
              <h3>Your statement</h3>
              <Statement of={data.name} />
            </section>
          </div>
        )}
      </Loaded>
    </Room>
  );
}

function WaitsList({ waits }: { waits: readonly Waits[] }) {
  const [yes, setYes] = useState<Waits | null>(null);
  const [word, setWord] = useState<Waits | null>(null);
  const done = useAct((task: string) => post(`/mine/tasks/${encodeURIComponent(task)}/done`));
  if (waits.length === 0) return <p className="nothing">Nothing waits for you.</p>;
  return (
    <>
      <ul className="waitslist">
        {waits.map((one) => (
          <li key={`${one.what} ${one.shot} ${one.grant} ${one.scope} ${one.task}`}>
            <span className="kind">{one.what === "word" ? "your word" : one.what === "yes" ? "your yes" : one.what}</span>
            <span className="wide">
              {one.says}
              {one.what === "task" && (
                <span className="quiet"> {one.bid_minutes ? `thought to take ${minutes(one.bid_minutes)}` : "nobody said how long it takes"}; you said {minutes(one.minutes)}</span>
              )}
            </span>
            {one.what === "decision" && <Link className="button" href={`/shots/${encodeURIComponent(one.shot)}/decide`}>Look and decide</Link>}
            {one.what === "yes" && <button type="button" onClick={() => setYes(one)}>Answer …</button>}
            {one.what === "word" && <button type="button" onClick={() => setWord(one)}>Answer …</button>}
            {one.what === "task" && <button type="button" className="small" onClick={() => done.mutate(one.task)} aria-label={`Is done: ${one.says}`}>Is done</button>}
          </li>
        ))}
      </ul>
      <Trouble error={done.error} />
      {yes && <Yes one={yes} close={() => setYes(null)} />}
      {word && <Answer shot={word.shot} task={word.task} take={word.take} says={word.says} close={() => setWord(null)} />}
    </>
  );
}

function Yes({ one, close }: { one: Waits; close: () => void }) {
  const [why, setWhy] = useState("");
  const act = useAct(() => post("/rights/yeses", { grant: one.grant, scope: one.scope, shot: one.shot, why }), close);
  return (
    <Dialog title={`Yes to ${plain(one.scope)} in ${one.shot}?`} close={close}>
      <p>{one.says}</p>
      <p className="quiet">To say no, leave it: silence is no.</p>
      <Asking act={act} says="Say yes" close={close} ready={!!why.trim()}>
        <Field says="Why?" value={why} set={setWhy} required most={2000} lines={2} />
      </Asking>
    </Dialog>
  );
}

function SayHours({ tasks, today }: { tasks: readonly Waits[]; today: string }) {
  const [task, setTask] = useState("");
  const [time, setTime] = useState("");
  const [day, setDay] = useState(today);
  const [about, setAbout] = useState("");
  const chosen = task || tasks[0]?.task || "";
  const act = useAct(() => post("/mine/hours", { task: chosen, minutes: Number(time), day, about }), () => {
    setTime("");
    setAbout("");
  });
  if (tasks.length === 0) return <p className="quiet">No open task was given to you. A director, producer or AI supervisor gives one.</p>;
  return (
    <form
      className="row sayhours"
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate(undefined);
      }}
    >
      <label>
        Task{" "}
        <select value={chosen} onChange={(event) => setTask(event.target.value)}>
          {tasks.map((one) => <option key={one.task} value={one.task}>{one.says}{one.shot && ` (${one.shot})`}</option>)}
        </select>
      </label>
      <Field says="Day" value={day} set={setDay} type="date" required />
      <label>
        Minutes <input className="line short" type="number" min={1} max={1440} value={time} onChange={(event) => setTime(event.target.value)} required />
      </label>
      <Field says="What was done" value={about} set={setAbout} most={1000} hint="if you like" />
      <button type="submit" disabled={!time || act.isPending}>Say it</button>
      <Trouble error={act.error} />
    </form>
  );
}

function Suggestions({ today }: { today: string }) {
  const [asked, setAsked] = useState(false);
  const [day, setDay] = useState(today);
  const found = useQuery({ queryKey: ["suggestions", day], queryFn: () => get<SuggestedShown[]>(`/mine/suggestions?first_day=${day}`), enabled: asked && !!day });
  const take = useAct((id: string) => post(`/mine/suggestions/${encodeURIComponent(id)}?first_day=${day}`));
  return (
    <details onToggle={(event) => setAsked(event.currentTarget.open)}>
      <summary>What you may have worked, from your own acts here</summary>
      <p className="quiet">A help for your memory. Nothing of it is kept, nobody else can ask for it, and only you say that it was so.</p>
      <Field says="On" value={day} set={setDay} type="date" />
      <Loaded of={found}>
        {(data) => (
          <Rows caption="Suggested hours" heads={["Task", "Minutes", "Told from", ""]} count={data.length} empty={<p>Nothing that you did not say already.</p>}>
            {data.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.task || <span className="finding">{one.unplaced}</span>}<p className="quiet">{plain(one.work)} {one.shot}</p></th>
                <td>{one.minutes}</td>
                <td className="wide">{one.why}</td>
                <td>{one.task && <button type="button" className="small" disabled={take.isPending} onClick={() => take.mutate(one.id)} aria-label={`It was so: ${one.minutes} minutes of ${one.task}`}>It was so</button>}</td>
              </tr>
            ))}
          </Rows>
        )}
      </Loaded>
      <Trouble error={take.error} />
    </details>
  );
}

function Hours({ data }: { data: Mine }) {
  const [taking, setTaking] = useState("");
  return (
    <>
      <Rows caption="Your hours, the last first" heads={["Day", "Time", "Task", "What was done", ""]} count={data.hours.length} empty={<p>You have not said any hours yet.</p>}>
        {data.hours.map((one) => (
          <tr key={one.id} className={one.withdrawn_why ? "settled" : undefined}>
            <td className="nowrap">{one.day}</td>
            <td className="nowrap">{minutes(one.minutes)}</td>
            <td className="wide">{one.title}</td>
            <td className="wide">{one.about}{one.withdrawn_why && <p className="finding">taken back: {one.withdrawn_why}</p>}</td>
            <td>{!one.withdrawn_why && <button type="button" className="small" onClick={() => setTaking(one.id)} aria-label={`Take back ${one.minutes} minutes on ${one.day}`}>Take back …</button>}</td>
          </tr>
        ))}
      </Rows>
      {taking && <TakeBack id={taking} close={() => setTaking("")} />}
    </>
  );
}

function TakeBack({ id, close }: { id: string; close: () => void }) {
  const [why, setWhy] = useState("");
  const act = useAct(() => post(`/mine/hours/${encodeURIComponent(id)}/back`, { why }), close);
  return (
    <Dialog title="Take these hours back" close={close}>
      <Asking act={act} says="Take them back" close={close} ready={!!why.trim()}>
        <Field says="What was wrong?" value={why} set={setWhy} required most={2000} />
      </Asking>
    </Dialog>
  );
}

