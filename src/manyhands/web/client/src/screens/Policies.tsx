import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type FilmTable, type Finding, type Missing, type PackShown, type PapersShown, type Production, type RuleShown, type ShotFindings, type WantedShown, type WrittenShown, get, post, put } from "../api";
import { Trouble } from "../parts";
import { Allowed, Asking, Choose, Dialog, Field, Leave, Loaded, Pager, Room, Rows, useAct } from "./RoomParts";

const PARTS = [["film", "The film"], ["packs", "Packs"], ["papers", "Papers"]] as const;
const MOST = 25;
const ORDER = ["deny", "ask", "unknown", "notify", "note", "approved", "pass"] as const;
const SAID: Record<string, string> = { deny: "no", ask: "asks", unknown: "unknown", notify: "to tell", note: "to note", approved: "approved", pass: "passes" };

/** The rules that the production is held to: what each says of each shot, what nobody has said, the papers they want. */
export function PoliciesRoom({ part, production }: { part: string; production: Production }) {
  const at = PARTS.some(([id]) => id === part) ? part : "film";
  return (
    <Room name="Policies" at="policies" parts={PARTS} part={at} about="Rules that others set, read on a day, and no legal advice. What is unknown is asked, and never taken for a pass.">
      {at === "film" && <Film production={production} />}
      {at === "packs" && <Packs production={production} />}
      {at === "papers" && (
        <Allowed act="papers" to="have papers written" production={production}>
          <Papers />
        </Allowed>
      )}
    </Room>
  );
}

function Film({ production }: { production: Production }) {
  const [offset, setOffset] = useState(0);
  const [shot, setShot] = useState("");
  const [saying, setSaying] = useState(false);
  const found = useQuery({ queryKey: ["film", offset], queryFn: () => get<FilmTable>(`/policies/film?offset=${offset}&most=${MOST}`) });
  return (
    <Loaded of={found}>
      {(data) => (
        <>
          {production.may.includes("say") && data.total > 0 && (
            <div className="row tools">
              <button type="button" className="right" onClick={() => setSaying(true)}>Say something of the whole production …</button>
            </div>
          )}
          <Rows caption="What the packs say of each shot" heads={["Shot", ...data.packs, "Stands"]} count={data.shots.length} empty={<p>There is no shot yet. <Link href="/">Drop a clip</Link></p>}>
            {data.shots.map((one) => (
              <tr key={one.shot}>
                <th scope="row">
                  <button type="button" className="linklike" onClick={() => setShot(one.shot)} aria-label={`What the rules say of ${one.shot}`}>{one.shot}</button>
                  {!one.take && <p className="quiet">no take yet</p>}
                </th>
                {data.packs.map((pack) => (
                  <td key={pack}><Counts of={one.of[pack] ?? {}} /></td>
                ))}
                <td>{one.stops ? <b className="finding">{one.stops} {one.stops === 1 ? "rule stops it" : "rules stop it"}</b> : <span className="good">nothing stops it</span>}</td>
              </tr>
            ))}
          </Rows>
          <Pager offset={offset} most={MOST} total={data.total} go={setOffset} of="shots" />
          {shot && <OfShot shot={shot} production={production} close={() => setShot("")} />}
          {saying && <SayOfAll shots={data.shots.map((one) => one.shot)} close={() => setSaying(false)} />}
        </>
      )}
    </Loaded>
  );
}

function Counts({ of }: { of: Record<string, number> }) {
  return (
    <span className="chips">
      {ORDER.filter((one) => of[one]).map((one) => (
        <span key={one} className={`chip v-${one}`}>{of[one]} {SAID[one]}</span>
      ))}
    </span>
  );
}

function OfShot({ shot, production, close }: { shot: string; production: Production; close: () => void }) {
  const [all, setAll] = useState(false);
  const found = useQuery({ queryKey: ["findings", shot], queryFn: () => get<ShotFindings>(`/policies/shots/${encodeURIComponent(shot)}`) });
  return (
    <Dialog title={`What the rules say of ${shot}`} close={close} wide>
      <Loaded of={found}>
        {(data) => {
          const shown = [...data.found].filter((one) => all || (one.verdict !== "pass" && !one.approved)).sort((a, b) => Number(b.stops) - Number(a.stops) || ORDER.indexOf(a.verdict as never) - ORDER.indexOf(b.verdict as never));
          return (
            <>
              <p className="row">
                <span className="quiet">{data.take ? `Asked of take ${data.take}` : "There is no take yet; much of it is known once there is one."}</span>
                <label className="inline right">
                  <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} /> also what passes
                </label>
              </p>
              <Rows caption={`Rules and ${shot}`} heads={["Rule", "Verdict", "Says", "What would cure it"]} count={shown.length} empty={<p className="good">Every rule passes.</p>}>
                {shown.map((one) => (
                  <tr key={`${one.pack} ${one.rule}`}>
                    <th scope="row">{one.rule}<p className="quiet">{one.pack}</p></th>
                    <td><span className={`chip v-${one.approved ? "approved" : one.verdict}`}>{SAID[one.approved ? "approved" : one.verdict]}</span>{one.stops && <p className="finding">stops it</p>}</td>
                    <td className="wide">{one.says}{one.paper && <p className="quiet">wants a paper: {one.paper}</p>}</td>
                    <td className="wide">
                      <p>{one.cure}</p>
                      {one.verdict !== "pass" && !one.approved && <InPlace one={one} data={data} production={production} />}
                    </td>
                  </tr>
                ))}
              </Rows>
            </>
          );
        }}
      </Loaded>
      <div className="actions"><Leave close={close} says="Close" /></div>
    </Dialog>
  );
}

/** Answers what a rule has to know, fact by fact, or approves what it asks. */
function InPlace({ one, data, production }: { one: Finding; data: ShotFindings; production: Production }) {
  const sayable = one.missing.filter((fact) => fact.is_sayable);
  const may = (act: string) => production.may.includes(act);
  return (
    <>
      {sayable.map((fact) => may("say") && <Fact key={fact.fact} fact={fact} shot={data.shot} of={fact.of === "maker" ? data.makers : data.people} />)}
      {one.missing.length > 0 && sayable.length === 0 && <p className="quiet">It needs to know: {one.missing.map((fact) => fact.about).join("; ")}. That follows from what is made, decided and granted.</p>}
      {one.verdict === "ask" && (may("approve") ? <Approve one={one} shot={data.shot} /> : <p className="quiet">A director or producer approves it.</p>)}
      {one.verdict === "deny" && <p className="quiet">Nobody can approve that away.</p>}
    </>
  );
}

function Fact({ fact, shot, of }: { fact: Missing; shot: string; of: readonly string[] }) {
  const [said, setSaid] = useState("");
  const [why, setWhy] = useState("");
  const [whom, setWhom] = useState(of.length === 1 ? of[0]! : "");
  const act = useAct(() => post("/policies/statements", { shot, of: fact.of ? whom : "", said: { [fact.fact]: said }, why }));
  return (
    <form
      className="fact"
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate(undefined);
      }}
    >
      <p>Is it so that {fact.about}?</p>
      {fact.of === "maker" && <Choose says="Of the maker" value={whom} set={setWhom} of={of} none="which?" />}
      {fact.of === "person" && <Field says="Of the person" value={whom} set={setWhom} required list={`people-${shot}`} />}
      {fact.of === "person" && <datalist id={`people-${shot}`}>{of.map((name) => <option key={name} value={name} />)}</datalist>}
      <div className="row" role="radiogroup" aria-label={fact.about}>
        {["yes", "no"].map((value) => (
          <button key={value} type="button" role="radio" aria-checked={said === value} onClick={() => setSaid(value)}>{value}</button>
        ))}
        <input className="line" aria-label={`How it is known that ${fact.about}`} placeholder="How it is known" value={why} onChange={(event) => setWhy(event.target.value)} required maxLength={1000} />
        <button type="submit" disabled={!said || !why.trim() || (!!fact.of && !whom) || act.isPending}>Say so</button>
      </div>
      <Trouble error={act.error} />
    </form>
  );
}

function Approve({ one, shot }: { one: Finding; shot: string }) {
  const [why, setWhy] = useState("");
  const act = useAct(() => post(`/shots/${encodeURIComponent(shot)}/approvals/${encodeURIComponent(one.rule)}`, { why }));
  return (
    <form
      className="fact row"
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate(undefined);
      }}
    >
      <input className="line" aria-label={`Why ${one.rule} may be approved`} placeholder="Why it may" value={why} onChange={(event) => setWhy(event.target.value)} required maxLength={1000} />
      <button type="submit" disabled={!why.trim() || act.isPending}>Approve</button>
      <p className="quiet">It stands for this take under these rules, and is told on its page, with your name and reason.</p>
      <Trouble error={act.error} />
    </form>
  );
}

/** What no shot alone can tell: said once, it counts for every shot that does not say otherwise. */
function SayOfAll({ shots, close }: { shots: readonly string[]; close: () => void }) {
  const first = shots[0] ?? "";
  const found = useQuery({ queryKey: ["findings", first], queryFn: () => get<ShotFindings>(`/policies/shots/${encodeURIComponent(first)}`), enabled: !!first });
  return (
    <Dialog title="Of the whole production" close={close} wide>
      <p className="quiet">What is said here counts for every shot of which nobody says otherwise. These are the facts that rules miss in {first}.</p>
      <Loaded of={found}>
        {(data) => {
          const facts = new Map(data.found.flatMap((one) => one.missing).filter((one) => one.is_sayable && one.of !== "person").map((one) => [one.fact, one]));
          if (facts.size === 0) return <p className="good">No rule misses anything.</p>;
          return [...facts.values()].map((one) => <Fact key={one.fact} fact={one} shot="" of={data.makers} />);
        }}
      </Loaded>
      <div className="actions"><Leave close={close} says="Close" /></div>
    </Dialog>
  );
}

function Packs({ production }: { production: Production }) {
  const found = useQuery({ queryKey: ["packs"], queryFn: () => get<PackShown[]>("/policies") });
  return <Loaded of={found}>{(data) => <PacksForm key={data.filter((one) => one.is_used).map((one) => one.id).join()} data={data} production={production} />}</Loaded>;
}

function PacksForm({ data, production }: { data: PackShown[]; production: Production }) {
  const used = data.filter((one) => one.is_used).map((one) => one.id);
  const [chosen, setChosen] = useState<string[]>(used);
  const [open, setOpen] = useState("");
  const may = production.may.includes("policy");
  const act = useAct(() => put("/policies", { packs: chosen }));
  const changed = chosen.length !== used.length || chosen.some((one) => !used.includes(one));
  return (
    <Asking act={act} says="Hold the production to these" ready={may && changed && chosen.length > 0}>
      {!may && <Allowed act="policy" to="choose packs" production={production}>{null}</Allowed>}
      <Rows caption="Policy packs" heads={["Holds", "Pack", "Set by", "As of", "Rules", "What it is not"]} count={data.length} empty={null}>
        {data.map((one) => (
          <tr key={one.id}>
            <td>
              <input type="checkbox" aria-label={`Hold the production to ${one.id}`} disabled={!may} checked={chosen.includes(one.id)} onChange={(event) => setChosen(event.target.checked ? [...chosen, one.id] : chosen.filter((other) => other !== one.id))} />
            </td>
            <th scope="row" className="wide">
              <button type="button" className="linklike" onClick={() => setOpen(one.id)}>{one.title}</button> <p className="quiet">{one.id}</p>
            </th>
            <td className="wide">{one.set_by}</td>
            <td className="nowrap">{one.dated}</td>
            <td>{one.rules}<p className={one.read < one.rules ? "finding" : "quiet"}>{one.read === one.rules ? "all texts read" : `${one.read} texts read, ${one.rules - one.read} from summaries`}</p></td>
            <td className="wide quiet">{one.is_not}</td>
          </tr>
        ))}
      </Rows>
      {open && <RulesOf pack={open} close={() => setOpen("")} />}
    </Asking>
  );
}

function RulesOf({ pack, close }: { pack: string; close: () => void }) {
  const found = useQuery({ queryKey: ["rules", pack], queryFn: () => get<RuleShown[]>(`/policies/packs/${encodeURIComponent(pack)}`), staleTime: Infinity });
  return (
    <Dialog title={`The rules of ${pack}`} close={close} wide>
      <Loaded of={found}>
        {(data) => (
          <Rows caption={`The rules of ${pack}`} heads={["Rule", "Wants", "When", "Source"]} count={data.length} empty={null}>
            {data.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.id}<p className="quiet">{one.outcome}</p></th>
                <td className="wide">{one.says}<p className="quiet">{one.cure}</p></td>
                <td className="wide"><code>{one.when}</code></td>
                <td className="wide">{one.source}<p className={one.seen === "text" ? "quiet" : "finding"}>{one.seen === "text" ? "its text was read" : "from summaries"}</p></td>
              </tr>
            ))}
          </Rows>
        )}
      </Loaded>
      <div className="actions"><Leave close={close} says="Close" /></div>
    </Dialog>
  );
}

function Papers() {
  const found = useQuery({ queryKey: ["papers"], queryFn: () => get<PapersShown>("/policies/papers") });
  return (
    <Loaded of={found}>
      {(data) => (
        <>
          <p className="quiet">Written from the facts of the record alone; what nobody said is blank. Nothing is sent to anybody.</p>
          <Rows caption="Papers that rules want" heads={["Paper", "Wanted by", "For", ""]} count={data.wanted.length} empty={<p>No rule wants a paper now.</p>}>
            {data.wanted.map((one) => <PaperRow key={one.paper} one={one} />)}
          </Rows>
          <details>
            <summary>{data.others.length} other papers can be written</summary>
            <Rows caption="Other papers" heads={["Paper", "Wanted by", "For", ""]} count={data.others.length} empty={null}>
              {data.others.map((one) => <PaperRow key={one.paper} one={one} />)}
            </Rows>
          </details>
        </>
      )}
    </Loaded>
  );
}

function PaperRow({ one }: { one: WantedShown }) {
  const act = useAct(() => post<WrittenShown>(`/policies/papers/${encodeURIComponent(one.slug)}`));
  const made = act.data;
  return (
    <tr>
      <th scope="row" className="wide">{one.paper}<p className="quiet">{one.about}{one.to && ` To ${one.to}.`}</p></th>
      <td className="wide">{one.rules.slice(0, 6).join(", ")}{one.rules.length > 6 && ` and ${one.rules.length - 6} more`}{one.rules.length > 0 && !one.is_certain && <p className="finding">may be wanted; nobody has said {one.missing.slice(0, 4).join(", ").replaceAll("_", " ")}</p>}</td>
      <td>{one.shots.slice(0, 8).join(", ")}{one.shots.length > 8 && ` and ${one.shots.length - 8} more`}</td>
      <td className="wide">
        {one.slug ? (
          <button type="button" className="small" disabled={act.isPending} onClick={() => act.mutate(undefined)} aria-label={`${made ? "Write it again" : "Write it"}: ${one.paper}`}>{act.isPending ? "Writing …" : made ? "Write it again" : "Write it"}</button>
        ) : (
          <span className="quiet">comes with the delivery</span>
        )}
        {made && (
          <ul className="files" role="status">
            {made.files.map((file) => (
              <li key={file}>
                <a href={`/api/policies/papers/${file.split("/").map(encodeURIComponent).join("/")}`} download>{file.split("/").at(-1)}</a>
              </li>
            ))}
            {made.files.length === 0 && <li className="quiet">There is nothing in the film for it to tell.</li>}
            {made.blanks.length > 0 && <li className="finding">{made.blanks.length} blanks in it</li>}
          </ul>
        )}
        <Trouble error={act.error} />
      </td>
    </tr>
  );
}
