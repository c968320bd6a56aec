import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Production, type Share, type Shot, del, get, post } from "../api";
import { Trouble } from "../parts";
import { Asking, TellOnce } from "./Account";

/** Takes of a shot for somebody outside: a link with an end, and those that were made before. */
export function ShareTakes({ shot, production, onScreen }: { shot: Shot; production: Production; onScreen: readonly string[] }) {
  const [open, setOpen] = useState(false);
  if (!production.is_team || !production.may.includes("share") || shot.takes.length === 0) return null;
  return (
    <>
      <button type="button" className="right" onClick={() => setOpen(true)}>Share …</button>
      {open && <Sharing shot={shot} onScreen={onScreen} done={() => setOpen(false)} />}
    </>
  );
}

const DAYS = [1, 3, 7, 14, 30, 90];

function Sharing({ shot, onScreen, done }: { shot: Shot; onScreen: readonly string[]; done: () => void }) {
  const queries = useQueryClient();
  const ofShot = shot.takes.map((one) => one.id);
  const [takes, setTakes] = useState<readonly string[]>(onScreen.filter((one) => ofShot.includes(one)));
  const [label, setLabel] = useState("");
  const [days, setDays] = useState(7);
  const [password, setPassword] = useState("");
  const [may, setMay] = useState({ may_comment: true, shows_plate: false, is_marked: true });
  const { data, error } = useQuery({ queryKey: ["shares"], queryFn: () => get<Share[]>("/shares") });
  const share = useMutation({
    mutationFn: () => post<Share>("/shares", { takes, label, days, password, ...may }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["shares"] }),
  });
  const before = (data ?? []).filter((one) => one.stands && one.takes.some((take) => ofShot.includes(take))).reverse();
  if (share.data)
    return (
      <Asking title={`Shared with ${share.data.label}`} done={done}>
        <p>
          Until {day(share.data.until)}, whoever has this link sees {share.data.takes.length === 1 ? "the take" : `${share.data.takes.length} takes`}
          {share.data.has_password ? " with the password that you chose. Tell it apart from the link." : "."}
        </p>
        <TellOnce address={`${window.location.origin}${share.data.path}`} done={done} />
      </Asking>
    );
  const option = (name: keyof typeof may, words: string) => (
    <label className="choice">
      <input type="checkbox" checked={may[name]} onChange={(event) => setMay({ ...may, [name]: event.target.checked })} /> <span>{words}</span>
    </label>
  );
  return (
    <Asking title={`Share takes of ${shot.id}`} done={done}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          share.mutate();
        }}
      >
        <fieldset>
          <legend>What they see, and nothing else</legend>
          {shot.takes.map((one) => (
            <label key={one.id} className="choice">
              <input
                type="checkbox"
                checked={takes.includes(one.id)}
                onChange={(event) => setTakes(event.target.checked ? [...takes, one.id] : takes.filter((take) => take !== one.id))}
              />
              <span>{one.name}{one.seed !== 1 && ` · ${one.seed}`}</span>
            </label>
          ))}
          {option("shows_plate", "and the plate, to compare")}
        </fieldset>
        <label>
          For whom?
          <input value={label} onChange={(event) => setLabel(event.target.value)} placeholder="A person or a company" required maxLength={80} />
        </label>
        <div className="row">
          <label>
            Until{" "}
            <select value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {DAYS.map((one) => (
                <option key={one} value={one}>{one === 1 ? "tomorrow" : `in ${one} days`}</option>
              ))}
            </select>
          </label>
          <label>
            Password, if you want one{" "}
            <input type="text" className="word" value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="off" minLength={8} maxLength={256} placeholder="8 letters or more" />
          </label>
        </div>
        {option("may_comment", "They may comment, under their name")}
        {option("is_marked", "Every picture bears for whom it is")}
        <Trouble error={share.error} />
        <div className="actions">
          <button type="button" onClick={done}>Leave it</button>
          <button type="submit" className="main" disabled={takes.length === 0 || !label.trim() || share.isPending}>Make the link</button>
        </div>
      </form>
      {before.length > 0 && (
        <section aria-label="Shared now">
          <h2>Shared now</h2>
          <ul className="links">
            {before.map((one) => (
              <Standing key={one.id} link={one} />
            ))}
          </ul>
        </section>
      )}
      <Trouble error={error} />
    </Asking>
  );
}

function Standing({ link }: { link: Share }) {
  const queries = useQueryClient();
  const back = useMutation({
    mutationFn: () => del<Share>(`/shares/${link.id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: ["shares"] }),
  });
  const may = [link.may_comment && "may comment", link.shows_plate && "sees the plate", link.has_password && "by password"].filter(Boolean);
  return (
    <li>
      <span>
        <b>{link.label}</b> <span className="quiet">until {day(link.until)}, by {link.by}{may.length > 0 && `; ${may.join(", ")}`}</span>
        <Trouble error={back.error} />
      </span>
      <button type="button" className="small" onClick={() => back.mutate()} disabled={back.isPending} aria-label={`Take the link of ${link.label} back`}>
        Take back
      </button>
    </li>
  );
}

const day = (at: string) => at.slice(0, 16).replace("T", " ") + " UTC";
