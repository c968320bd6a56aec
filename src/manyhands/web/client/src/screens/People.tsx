import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type Going, type Gone, type PartyShown, type PeopleShown, type Production, type SeenShown, type ShotCard, type TaskShown, get, post, put } from "../api";
import { Allowed, Asking, Choose, Dialog, Field, Leave, Loaded, Room, Rows, Search, minutes, plain, useAct } from "./RoomParts";
import { SeenDialog } from "./Seen";

const PARTS = [["crew", "Who works here"], ["known", "Who is known"], ["seen", "Who is seen"], ["tasks", "Tasks"]] as const;

/** Who works here and may do what, who is known to the record, who is seen in which shot. */
export function PeopleRoom({ part, production }: { part: string; production: Production }) {
  const at = PARTS.some(([id]) => id === part) ? part : "crew";
  const found = useQuery({ queryKey: ["people"], queryFn: () => get<PeopleShown>("/people") });
  return (
    <Room name="People" at="people" parts={PARTS} part={at} about="The record knows somebody by a made-up id; the name lies in a file apart, so that it can go.">
      {at === "tasks" ? (
        <Tasks production={production} />
      ) : (
        <Loaded of={found}>
          {(data) => (at === "crew" ? <Crew data={data} production={production} /> : at === "known" ? <KnownPeople data={data} production={production} /> : <SeenWhere data={data} production={production} />)}
        </Loaded>
      )}
    </Room>
  );
}

const holds = (sought: string, ...texts: string[]) => texts.some((one) => one.toLowerCase().includes(sought.trim().toLowerCase()));

function Crew({ data, production }: { data: PeopleShown; production: Production }) {
  const [sought, setSought] = useState("");
  const [changing, setChanging] = useState<{ name: string; roles: string[] } | null>(null);
  const shown = data.members.filter((one) => holds(sought, one.name, ...one.roles));
  const may = production.may.includes("person");
  return (
    <>
      <div className="row tools">
        <Search value={sought} set={setSought} what="Find somebody or a role" />
        <Allowed act="person" to="give roles" production={production}>
          <button type="button" className="right" onClick={() => setChanging({ name: "", roles: [] })}>Add somebody …</button>
        </Allowed>
      </div>
      <Rows caption="Who works here" heads={["Name", "Roles", ""]} count={shown.length} empty={<p>Nobody here is called so.</p>}>
        {shown.map((one) => (
          <tr key={one.name}>
            <th scope="row">{one.name}{one.is_me && <span className="quiet"> you</span>}</th>
            <td className="chips">{one.roles.map((role) => <span key={role} className="chip">{plain(role)}</span>)}</td>
            <td>{may && <button type="button" className="small" onClick={() => setChanging({ name: one.name, roles: [...one.roles] })} aria-label={`Roles of ${one.name}`}>Roles …</button>}</td>
          </tr>
        ))}
      </Rows>
      <p className="quiet">{shown.length} of {data.members.length}</p>
      {changing && <GiveRoles all={data.roles} name={changing.name} had={changing.roles} close={() => setChanging(null)} />}
    </>
  );
}

function GiveRoles({ all, name: before, had, close }: { all: readonly string[]; name: string; had: string[]; close: () => void }) {
  const [name, setName] = useState(before);
  const [roles, setRoles] = useState(had);
  const act = useAct(() => put("/people/members", { name, roles }), close);
  return (
    <Dialog title={before ? `Roles of ${before}` : "Somebody new"} close={close}>
      <Asking act={act} says="Give these roles" close={close} ready={!!name.trim() && roles.length > 0}>
        {!before && <Field says="Name" value={name} set={setName} required />}
        <fieldset>
          <legend>Roles; they may do what any of them may</legend>
          {all.map((one) => (
            <label key={one} className="choice">
              <input type="checkbox" checked={roles.includes(one)} onChange={(event) => setRoles(event.target.checked ? [...roles, one] : roles.filter((other) => other !== one))} />
              <span>{plain(one)}</span>
            </label>
          ))}
        </fieldset>
      </Asking>
    </Dialog>
  );
}

function KnownPeople({ data, production }: { data: PeopleShown; production: Production }) {
  const [sought, setSought] = useState("");
  const [adding, setAdding] = useState(false);
  const [going, setGoing] = useState<PartyShown | null>(null);
  const shown = data.parties.filter((one) => holds(sought, one.name, one.id, one.guardian));
  return (
    <>
      <div className="row tools">
        <Search value={sought} set={setSought} what="Find somebody" />
        <Allowed act="party" to="record people" production={production}>
          <button type="button" className="right" onClick={() => setAdding(true)}>Record somebody …</button>
        </Allowed>
      </div>
      <Rows caption="Who is known" heads={["Name", "Is a", "Guardian", "Seen in", ""]} count={shown.length} empty={<p>{sought ? "Nobody is called so." : "Nobody is recorded yet: people who are seen or heard, companies, unions."}</p>}>
        {shown.map((one) => (
          <tr key={one.id}>
            <th scope="row">
              {one.name || <span className="quiet">forgotten on {one.forgotten_on}</span>}
              <p className="quiet">{one.id}</p>
              {one.alike.length > 0 && <p className="finding">Looks the same as {one.alike.join(", ")}, who is somebody else.</p>}
            </th>
            <td>{one.form}{one.is_minor && <span className="finding"> minor</span>}{one.deceased_on && <p className="quiet">died on {one.deceased_on}</p>}</td>
            <td>{one.is_minor ? one.guardian || <span className="finding">nobody is recorded</span> : ""}</td>
            <td><SeenList seen={one.seen} /></td>
            <td>
              {production.may.includes("forget") && !one.forgotten_on && (
                <button type="button" className="small" onClick={() => setGoing(one)} aria-label={`Forget ${one.name}`}>Forget …</button>
              )}
            </td>
          </tr>
        ))}
      </Rows>
      <p className="quiet">{shown.length} of {data.parties.length}</p>
      {adding && <AddParty data={data} close={() => setAdding(false)} />}
      {going && <Forget who={going} close={() => setGoing(null)} />}
    </>
  );
}

function SeenList({ seen }: { seen: readonly SeenShown[] }) {
  return seen.slice(0, 6).map((one, index) => (
    <span key={one.id}>
      {index > 0 && ", "}
      {one.shot ? <Link href={`/shots/${encodeURIComponent(one.shot)}`}>{one.shot}</Link> : one.source} <span className="quiet">{one.first}–{one.last}{one.what !== "face" && ` ${one.what}`}</span>
    </span>
  )).concat(seen.length > 6 ? [<span key="more" className="quiet"> and {seen.length - 6} more</span>] : []);
}

function AddParty({ data, close }: { data: PeopleShown; close: () => void }) {
  const [name, setName] = useState("");
  const [form, setForm] = useState("person");
  const [minor, setMinor] = useState(false);
  const [guardian, setGuardian] = useState("");
  const [died, setDied] = useState("");
  const [contact, setContact] = useState("");
  const act = useAct(() => post("/people/parties", { name, form, is_minor: minor, guardian: minor ? guardian : "", deceased_on: died, contact }), close);
  return (
    <Dialog title="Record somebody" close={close}>
      <Asking act={act} says="Record them" close={close} ready={!!name.trim()}>
        <Field says="Name" value={name} set={setName} required />
        <Choose says="Is a" value={form} set={setForm} of={["person", "company", "union"]} />
        {form === "person" && (
          <>
            <label className="choice">
              <input type="checkbox" checked={minor} onChange={(event) => setMinor(event.target.checked)} /> <span>A minor: only the guardian grants</span>
            </label>
            {minor && <Choose says="Guardian, who was recorded before" value={guardian} set={setGuardian} of={data.parties.filter((one) => one.name && one.form === "person" && !one.is_minor).map((one) => one.name)} none="nobody yet" />}
            <Field says="Died on" value={died} set={setDied} type="date" />
          </>
        )}
        <Field says="How to reach them" value={contact} set={setContact} most={1000} hint="Kept beside the name, outside the record" />
      </Asking>
    </Dialog>
  );
}

function Forget({ who, close }: { who: PartyShown; close: () => void }) {
  const [typed, setTyped] = useState("");
  const [why, setWhy] = useState("");
  const [gone, setGone] = useState<Gone | null>(null);
  const act = useAct(() => post<Gone>("/people/forgotten", { who: who.name, typed, why }), setGone);
  const ahead = useQuery({ queryKey: ["going", who.id], queryFn: () => get<Going>(`/people/going?who=${encodeURIComponent(who.name)}`), enabled: act.isIdle || act.isError });
  if (gone)
    return (
      <Dialog title={`${gone.id} has no name any more`} close={close}>
        <p role="status">The name, how to reach them, and the pictures of their boxes are gone. The record stays, and its chain holds.</p>
        {gone.papers.length > 0 && (
          <>
            <p>These files may still tell of them. A person has to judge each:</p>
            <ul className="why">{gone.papers.map((one) => <li key={one}>{one}</li>)}</ul>
          </>
        )}
        <div className="actions"><Leave close={close} says="Close" /></div>
      </Dialog>
    );
  return (
    <Dialog title={`Forget ${who.name}?`} close={close}>
      <Loaded of={ahead}>
        {(found) => (
          <>
            <p>This cannot be taken back. Nothing has happened yet.</p>
            <ul className="why">
              <li>The name and how to reach them go, and the pictures of the boxes in which they were marked.</li>
              <li>Wherever the name was written before, the id {who.id} stands instead; the log's chain holds.</li>
              <li>{found.grants.length ? `Grants that then match nobody: ${found.grants.join(", ")}. Nothing more is made of them.` : "No grant is about them or by them."}</li>
              <li>{found.seen.length ? `They are seen in ${found.seen.join(", ")}; that stays, without a name.` : "Nobody said that they are seen anywhere."}</li>
              <li>{found.papers.length ? `Signed papers stay, for you to judge: ${found.papers.join(", ")}.` : "There is no signed paper of theirs."}</li>
              {found.works_here && <li className="finding">They work here: what they did as one of the crew, and what they are owed, stays under their name.</li>}
              <li>Pictures are not searched, and copies of the folder are not reached.</li>
            </ul>
            <Asking act={act} says="Forget them" close={close} danger ready={typed.trim() === who.name && !!why.trim()}>
              <Field says="Why" value={why} set={setWhy} required most={2000} hint="a letter of that day" />
              <Field says={`Type ${who.name} to confirm`} value={typed} set={setTyped} required />
            </Asking>
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

function SeenWhere({ data, production }: { data: PeopleShown; production: Production }) {
  const asked = new URLSearchParams(window.location.search).get("shot") ?? "";
  const [marking, setMarking] = useState<string | null>(asked || null);
  const [sought, setSought] = useState("");
  const { data: shots } = useQuery({ queryKey: ["shots"], queryFn: () => get<ShotCard[]>("/shots") });
  const said = [...data.elsewhere, ...data.parties.flatMap((one) => one.seen)];
  const shown = said.filter((one) => holds(sought, one.shot, one.source, one.who));
  return (
    <>
      <div className="row tools">
        <Search value={sought} set={setSought} what="Find a shot or somebody" />
        <Allowed act="seen" to="say who is seen" production={production}>
          <button type="button" className="right" disabled={!shots?.length} onClick={() => setMarking("")}>Say who is seen …</button>
        </Allowed>
      </div>
      <Rows caption="Who is seen where" heads={["Shot or source", "Who", "What", "Frames", "Said by"]} count={shown.length} empty={<p>{sought ? "Nothing was said of that." : "Nobody has said yet who is seen anywhere. Where a model drew, a shot is not delivered before."}</p>}>
        {shown.slice(0, 300).map((one) => (
          <tr key={one.id}>
            <th scope="row">{one.shot ? <Link href={`/shots/${encodeURIComponent(one.shot)}`}>{one.shot}</Link> : one.source}</th>
            <td>{one.says === "nobody" ? "nobody recognisable" : one.who || <span className="finding">somebody whom nobody has named</span>}{one.why && <p className="quiet">{one.why}</p>}</td>
            <td>{one.says === "nobody" ? "" : one.what}{!one.is_recognisable && ", not recognisable"}{one.has_box && <span className="quiet"> in a box</span>}{one.lost.length > 0 && <p className="finding">lost at {one.lost.join(", ")}</p>}</td>
            <td>{one.first}–{one.last}</td>
            <td>{one.by}</td>
          </tr>
        ))}
      </Rows>
      <p className="quiet">{Math.min(300, shown.length)} of {said.length}</p>
      {marking !== null && shots && <SeenDialog shots={shots} shot={marking} people={data} close={() => setMarking(null)} />}
    </>
  );
}

function Tasks({ production }: { production: Production }) {
  const [giving, setGiving] = useState(false);
  const [sought, setSought] = useState("");
  const found = useQuery({ queryKey: ["tasks"], queryFn: () => get<TaskShown[]>("/people/tasks") });
  return (
    <>
      <div className="row tools">
        <Search value={sought} set={setSought} what="Find a task, somebody or a shot" />
        <Allowed act="task" to="give tasks" production={production}>
          <button type="button" className="right" onClick={() => setGiving(true)}>Give a task …</button>
        </Allowed>
      </div>
      <Loaded of={found}>
        {(data) => {
          const shown = data.filter((one) => holds(sought, one.title, one.who, one.shot, one.id));
          return (
            <>
              <Rows caption="Tasks" heads={["Task", "Whose", "Shot", "Thought to take", "Stands"]} count={shown.length} empty={<p>{sought ? "No task is called so." : "No task was given yet."}</p>}>
                {shown.slice(0, 300).map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{one.title}<p className="quiet">{one.id}</p></th>
                    <td>{one.who}<p className="quiet">{plain(one.role)}, {plain(one.work)}{one.craft && `, ${one.craft}`}{one.department && ` (${one.department})`}</p></td>
                    <td>{one.shot && <Link href={`/shots/${encodeURIComponent(one.shot)}`}>{one.shot}</Link>}</td>
                    <td>{one.bid_minutes ? minutes(one.bid_minutes) : <span className="quiet">nobody said</span>}</td>
                    <td>{one.done_on ? <span className="good">done on {one.done_on}</span> : one.begun || "open"}{one.stands && <p className="finding">a take does its work: {one.stands}</p>}</td>
                  </tr>
                ))}
              </Rows>
              <p className="quiet">{Math.min(300, shown.length)} of {data.length}. How long somebody worked is theirs to know; it is told nowhere here.</p>
            </>
          );
        }}
      </Loaded>
      {giving && <GiveTask production={production} close={() => setGiving(false)} />}
    </>
  );
}

const WORK = ["Wages", "Overtime", "Teaching", "Prompting", "Supervision", "DataCuration", "Review"];

function GiveTask({ production, close }: { production: Production; close: () => void }) {
  const { data: crafts } = useQuery({ queryKey: ["crafts"], queryFn: () => get<string[]>("/people/crafts"), staleTime: Infinity });
  const { data: shots } = useQuery({ queryKey: ["shots"], queryFn: () => get<ShotCard[]>("/shots") });
  const [title, setTitle] = useState("");
  const [who, setWho] = useState("");
  const [role, setRole] = useState("");
  const [work, setWork] = useState("Wages");
  const [shot, setShot] = useState("");
  const [bid, setBid] = useState("");
  const [craft, setCraft] = useState("");
  const [department, setDepartment] = useState("");
  const roles = production.people.find((one) => one.name === who)?.roles ?? [];
  const act = useAct(() => post("/people/tasks", { title, who, role: role || roles[0], work, shot, bid_minutes: Number(bid) || 0, craft, department }), close);
  return (
    <Dialog title="A task" close={close}>
      <Asking act={act} says="Give it" close={close} ready={!!title.trim() && !!who}>
        <Field says="What is to be done" value={title} set={setTitle} required />
        <Choose says="Who does it" value={who} set={(next) => (setWho(next), setRole(""))} of={production.people.map((one) => one.name)} none="who?" />
        {roles.length > 1 && <Choose says="As" value={role || roles[0]!} set={setRole} of={roles} />}
        <div className="row">
          <Choose says="Kind of work" value={work} set={setWork} of={WORK} />
          <Choose says="Shot" value={shot} set={setShot} of={(shots ?? []).map((one) => one.id)} none="none" />
        </div>
        <Field says="Minutes it is thought to take; set now, before it begins" value={bid} set={setBid} type="number" />
        <div className="row">
          <Choose says="Craft" value={craft} set={setCraft} of={crafts ?? []} none="none" />
          <Field says="Department" value={department} set={setDepartment} hint="who may speak for them" />
        </div>
        <p className="quiet">With a craft, a take in which a maker does that work waits for their word.</p>
      </Asking>
    </Dialog>
  );
}
