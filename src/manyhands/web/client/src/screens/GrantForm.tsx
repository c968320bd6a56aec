import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type GrantShown, type PeopleShown, type Production, type SourcesStanding, type Vocabulary, get, post, upload } from "../api";
import { Asking, Choose, Dialog, Field, Loaded, plain, useAct } from "./RoomParts";

export type Asked = { work?: string; person?: string; form?: string; grantor?: string; scopes?: string[]; supersedes?: string };
type Says = "" | "permit" | "prohibit" | "ask";

/** A grant in its own words: about whom or what, each scope permitted, forbidden or to be asked, where, and until when. */
export function GrantDialog({ asked, production, close }: { asked: Asked; production: Production; close: () => void }) {
  const words = useQuery({ queryKey: ["vocabulary"], queryFn: () => get<Vocabulary>("/rights/vocabulary") });
  return (
    <Dialog title="A grant" close={close} wide>
      <Loaded of={words}>{(data) => <Form words={data} asked={asked} production={production} close={close} />}</Loaded>
    </Dialog>
  );
}

function Form({ words, asked, production, close }: { words: Vocabulary; asked: Asked; production: Production; close: () => void }) {
  const [of, setOf] = useState<"work" | "person">(asked.person ? "person" : "work");
  const [work, setWork] = useState(asked.work ?? "");
  const [person, setPerson] = useState(asked.person ?? "");
  const [form, setForm] = useState(asked.form ?? (asked.person ? "consent" : "licence"));
  const [grantor, setGrantor] = useState(asked.grantor ?? "");
  const [about, setAbout] = useState("");
  const [says, setSays] = useState<Record<string, Says>>(Object.fromEntries((asked.scopes ?? []).map((one) => [one, "permit" as Says])));
  const [places, setPlaces] = useState("");
  const [media, setMedia] = useState<string[]>([]);
  const [only, setOnly] = useState(false);
  const [approver, setApprover] = useState("");
  const [signed, setSigned] = useState(words.today);
  const [until, setUntil] = useState("");
  const [supersedes, setSupersedes] = useState(asked.supersedes ?? "");
  const [paper, setPaper] = useState<File | null>(null);
  const [share, setShare] = useState(0);
  const { data: sources } = useQuery({ queryKey: ["sources standing", "", 0], queryFn: () => get<SourcesStanding>("/rights/sources?most=200") });
  const { data: people } = useQuery({ queryKey: ["people"], queryFn: () => get<PeopleShown>("/people") });
  const scopes = of === "work" ? words.of_works : words.of_people;
  const chosen = scopes.filter((one) => says[one]);
  const territory = places.split(/[\s,;]+/).filter(Boolean).map((one) => one.toUpperCase());
  const strange = territory.filter((one) => !words.territories.includes(one));
  const act = useAct(async () => {
    const there = paper ? await upload(paper, setShare) : null;
    const terms = chosen.map((scope) => ({ scope, verdict: says[scope], territory, media, project: only ? production.name : "", approver: says[scope] === "ask" ? approver : "" }));
    return post<GrantShown>("/rights/grants", {
      ...(of === "work" ? { work } : { person }), form, grantor, about, terms, signed_on: signed, valid_until: until, supersedes, upload: there?.id ?? "",
    });
  }, close);
  return (
    <Asking act={act} says="Record it" close={close} ready={chosen.length > 0 && !!(of === "work" ? work : person.trim()) && !!grantor.trim() && !!about.trim() && strange.length === 0}>
      <div className="twocolumns">
        <div>
          <div className="row" role="radiogroup" aria-label="What it is about">
            {(["work", "person"] as const).map((one) => (
              <button
                key={one}
                type="button"
                role="radio"
                aria-checked={of === one}
                onClick={() => {
                  setOf(one);
                  setForm(one === "work" ? "licence" : "consent");
                }}
              >
                {one === "work" ? "About a source" : "About a person"}
              </button>
            ))}
          </div>
          {of === "work" ? (
            <Choose says="Source" value={work} set={setWork} of={(sources?.sources ?? []).map((one) => one.id)} none="which one?" />
          ) : (
            <Field says="Person" value={person} set={setPerson} required list="known" />
          )}
          <Choose says="It is a" value={form} set={setForm} of={words.forms} />
          <Field says="Who gives it" value={grantor} set={setGrantor} required list="known" hint={of === "person" ? "They themselves; for a minor the guardian" : "Whose it is"} />
          <Field says="What for, as the paper describes it" value={about} set={setAbout} required most={2000} lines={2} />
          <div className="row">
            <Field says="Signed on" value={signed} set={setSigned} type="date" required />
            <Field says="Until" value={until} set={setUntil} type="date" />
          </div>
          <Field says="Replaces the grant" value={supersedes} set={setSupersedes} hint="none" />
          <label>
            What was signed <input type="file" onChange={(event) => setPaper(event.target.files?.[0] ?? null)} />
          </label>
          <p className="quiet">{paper ? (act.isPending ? `${Math.round(share * 100)} % of it are here` : `A copy of ${paper.name} is kept, with its SHA-256.`) : "Without a paper it is their word only."}</p>
        </div>
        <div>
          <table className="rows scopes">
            <caption>What it says; from weak to strong. A yes is to just its own scope.</caption>
            <thead>
              <tr><th scope="col">Scope</th><th scope="col">It says</th></tr>
            </thead>
            <tbody>
              {scopes.map((one) => (
                <tr key={one}>
                  <th scope="row" id={`scope-${one}`}>{plain(one)}</th>
                  <td>
                    <select aria-labelledby={`scope-${one}`} className={says[one] ? `says ${says[one]}` : "says"} value={says[one] ?? ""} onChange={(event) => setSays({ ...says, [one]: event.target.value as Says })}>
                      <option value="">nothing</option>
                      <option value="permit">permits it</option>
                      <option value="prohibit">forbids it</option>
                      <option value="ask">wants to be asked</option>
                    </select>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          {chosen.some((one) => says[one] === "ask") && <Field says="Who is asked" value={approver} set={setApprover} list="known" hint="a director or producer" />}
          <details>
            <summary>Only in some places, media, or for this production</summary>
            <Field says="Countries" value={places} set={setPlaces} most={900} hint="all; else two letters each, as DE AT" />
            {strange.length > 0 && <p className="finding">{strange.slice(0, 5).join(", ")}: no code of a country.</p>}
            <fieldset>
              <legend>Media (none: all)</legend>
              {Object.entries(words.media).map(([one, told]) => (
                <label key={one} className="choice">
                  <input type="checkbox" checked={media.includes(one)} onChange={(event) => setMedia(event.target.checked ? [...media, one] : media.filter((other) => other !== one))} />
                  <span>{one} <span className="quiet">{told}</span></span>
                </label>
              ))}
            </fieldset>
            <label className="choice">
              <input type="checkbox" checked={only} onChange={(event) => setOnly(event.target.checked)} /> <span>Only for {production.name}</span>
            </label>
          </details>
        </div>
      </div>
      <datalist id="known">
        {(people?.parties ?? []).filter((one) => one.name).map((one) => <option key={one.id} value={one.name} />)}
      </datalist>
    </Asking>
  );
}
