// Small parts that several screens show: an error with its cure, how far work is, whose hands.

import { Link } from "wouter";
import { type Part, Refused, type Standing, clock, percent, post } from "./api";

/** An error says where it arose, and then what is so: the first as a label of its own, the second as a sentence. */
export function Said({ what }: { what: string }) {
  const [, where, rest] = /^([^:.;“"\n]{1,60}): (.+)$/s.exec(what) ?? [];
  if (!where || !rest) return <>{sentence(what)}</>;
  return (
    <>
      <b className="where">{sentence(where)}</b> {sentence(rest)}
    </>
  );
}

/** With a capital, unless it begins with something that is written as it is, such as a name with a dot in it. */
const sentence = (text: string) => (/^\S*[._=/]\S/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));

/** The rooms beside the shots, in their order, by their address. */
export const ROOM_NAMES = { mine: "My page", rights: "Rights", people: "People", policies: "Policies", ledger: "Ledger" } as const;
type RoomId = keyof typeof ROOM_NAMES;
const ROOM_OF: Record<string, RoomId> = { rights: "rights", consent: "rights", source: "rights", people: "people", policy: "policies", ledger: "ledger", wages: "ledger", task: "people", time: "mine" };

/** What to do next; where that is a command, also the room in which it is done here. */
export function Cure({ says }: { says: string }) {
  const rooms = [...new Set([...says.matchAll(/manyhands (\w+)/g)].flatMap(([, word]) => ROOM_OF[word!] ?? []))];
  return (
    <p className="quiet">
      {says}
      {rooms.map((room) => (
        <Link key={room} className="inroom" href={`/rooms/${room}`}>
          {ROOM_NAMES[room]}
        </Link>
      ))}
    </p>
  );
}

export function Trouble({ error }: { error: unknown }) {
  if (!error) return null;
  const known = error instanceof Refused ? error : new Refused("Error", error instanceof Error ? error.message : String(error), "", 0);
  return (
    <div className="trouble" role="alert">
      <p><Said what={known.what} /></p>
      {known.fix && <Cure says={known.fix} />}
    </div>
  );
}

const DOING: Record<string, string> = { previews: "previews", run: "take", deliver: "master", measure: "valuing", recompute: "one subset again", reteach: "teaching again" };

export function WorkBar({ standing }: { standing: Standing }) {
  const { order, done, of, seconds_left: left, says, state, kind } = standing;
  const share = of ? done / of : 0;
  return (
    <div className="work">
      <span>
        {order.shot} {DOING[order.what] ?? order.what}
      </span>
      <progress max={1} value={state === "waiting" ? undefined : share} aria-label={`${order.shot}: ${kind}`} />
      <span className="quiet">
        {state === "waiting" ? "waits" : says || (left === null || left === undefined ? "measuring …" : `${clock(left)} left`)}
      </span>
      <button type="button" className="small" onClick={() => void post(`/orders/${order.id}/stop`)} aria-label={`Stop ${order.shot} ${order.what}`}>
        Stop
      </button>
    </div>
  );
}

/** Whose hands are in a picture, as a bar that adds up, and in words for those who do not see it. */
export function HandsBar({ parts, slim = false }: { parts: readonly Part[]; slim?: boolean }) {
  const made = parts.filter((one) => one.origin_ppm > 0);
  const words = parts
    .map((one) => `${one.name} ${one.origin_ppm > 0 ? percent(one.origin_ppm) : `altered ${percent(one.altered_ppm)}`}`)
    .join(", ");
  return (
    <div className={slim ? "hands slim" : "hands"} role="img" aria-label={words || "nothing measured yet"} title={words}>
      {made.map((one) => (
        <i key={one.hand} style={{ flexGrow: one.origin_ppm, background: one.colour }} />
      ))}
    </div>
  );
}

export function HandsList({ parts }: { parts: readonly Part[] }) {
  return (
    <ul className="handslist">
      {parts.map((one) => (
        <li key={one.hand}>
          <i style={{ background: one.colour }} /> <span>{one.name}</span>
          <b>
            {one.origin_ppm > 0 && percent(one.origin_ppm)}
            {one.altered_ppm > 0 && <em> altered {percent(one.altered_ppm)}</em>}
          </b>
        </li>
      ))}
    </ul>
  );
}
