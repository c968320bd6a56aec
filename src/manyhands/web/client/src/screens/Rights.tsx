import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type GrantShown, type Lack, type LacksShown, type GrantsShown, type Licence, type Production, type SourceStanding, type SourcesStanding, type TermShown, get, post, put } from "../api";
import { type Asked, GrantDialog } from "./GrantForm";
import { Allowed, Asking, Dialog, Field, Loaded, Pager, Room, Rows, Search, ofWork, plain, useAct, useSought } from "./RoomParts";
import { ModelsOf } from "./TeachAgain";
import { Withdraw } from "./Withdraw";

const PARTS = [["missing", "What is missing"], ["sources", "Sources"], ["grants", "Grants"]] as const;
const MOST = 50;

/** Who lets what be done with a work or a person: what is missing, what there is, and taking it back. */
export function RightsRoom({ part, production }: { part: string; production: Production }) {
  const at = PARTS.some(([id]) => id === part) ? part : "missing";
  return (
    <Room name="Rights" at="rights" parts={PARTS} part={at} about="What nobody permitted is not done. What forbids goes before what permits.">
      {at === "missing" && <Missing production={production} />}
      {at === "sources" && <Sources production={production} />}
      {at === "grants" && <Grants production={production} />}
    </Room>
  );
}

function Missing({ production }: { production: Production }) {
  const [offset, setOffset] = useState(0);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [terms, setTerms] = useState("");
  const [yes, setYes] = useState<{ lack: Lack; shot: string } | null>(null);
  const found = useQuery({ queryKey: ["lacks", offset], queryFn: () => get<LacksShown>(`/rights/lacks?offset=${offset}&most=${MOST}`) });
  return (
    <Loaded of={found}>
      {(data) => (
        <>
          <Rows
            caption="What is missing for which shot"
            heads={["Shot", "What", "Of", "Why it may not", ""]}
            count={data.shots.length}
            empty={
              data.total === 0 ? (
                <p>There is no shot yet. <Link href="/">Drop a clip</Link></p>
              ) : (
                <p className="good">Nothing is missing{data.total > data.asked ? " in these shots" : ""}.</p>
              )
            }
          >
            {data.shots.map((one) => {
              const rows = one.lacks.length + (one.unseen ? 1 : 0);
              return [
                ...one.lacks.map((lack, index) => (
                  <tr key={`${one.shot} ${lack.scope} ${lack.subject}`}>
                    {index === 0 && <ShotHead shot={one.shot} of={one.of} rows={rows} />}
                    <td>{plain(lack.scope)}</td>
                    <td className="wide">{lack.subject}</td>
                    <td className="wide">
                      <Verdict says={lack.is_elsewhere ? "not everywhere" : lack.verdict} /> {lack.why}
                    </td>
                    <td>
                      <Cure lack={lack} production={production} terms={setTerms} ask={setAsked} yes={() => setYes({ lack, shot: one.shot })} />
                    </td>
                  </tr>
                )),
                one.unseen && (
                  <tr key={`${one.shot} seen`}>
                    {one.lacks.length === 0 && <ShotHead shot={one.shot} of={one.of} rows={rows} />}
                    <td>who is seen</td>
                    <td />
                    <td className="wide">{one.unseen}</td>
                    <td>
                      <Link className="button" href={`/rooms/people/seen?shot=${encodeURIComponent(one.shot)}`}>Say who is seen</Link>
                    </td>
                  </tr>
                ),
              ];
            })}
          </Rows>
          <Pager offset={offset} most={MOST} total={data.total} go={setOffset} of="shots looked through" />
          {asked && <GrantDialog asked={asked} production={production} close={() => setAsked(null)} />}
          {terms && <StateTerms source={terms} close={() => setTerms("")} />}
          {yes && <SayYes lack={yes.lack} shot={yes.shot} close={() => setYes(null)} />}
        </>
      )}
    </Loaded>
  );
}

function ShotHead({ shot, of, rows }: { shot: string; of: string; rows: number }) {
  return (
    <th scope="rowgroup" rowSpan={rows}>
      <Link href={`/shots/${encodeURIComponent(shot)}`}>{shot}</Link>
      <p className="quiet">asked of {of}</p>
    </th>
  );
}

function Cure({ lack, production, terms, ask, yes }: { lack: Lack; production: Production; terms: (source: string) => void; ask: (asked: Asked) => void; yes: () => void }) {
  const may = (act: string) => production.may.includes(act);
  if (lack.cure === "yes")
    return lack.is_mine && may("allow") ? (
      <button type="button" onClick={yes}>Say yes …</button>
    ) : (
      <span className="quiet">{lack.approver} is asked</span>
    );
  if (!may("grant")) return <span className="quiet">A director or producer records what is missing</span>;
  const about = lack.is_person ? { person: lack.subject } : { work: lack.subject };
  const scope = { scopes: [lack.scope], grantor: lack.grantor };
  if (lack.cure === "terms")
    return (
      <span className="row">
        <button type="button" onClick={() => terms(lack.subject)}>State its terms …</button>
        <button type="button" onClick={() => ask({ ...about, ...scope })}>Add a licence …</button>
      </span>
    );
  if (lack.cure === "replace") return <button type="button" onClick={() => ask({ ...about, ...scope, supersedes: lack.grant })}>Add what replaces it …</button>;
  return (
    <button type="button" onClick={() => ask({ ...about, ...scope, form: lack.is_person ? "consent" : "licence" })}>
      {lack.cure === "consent" ? "Add a consent …" : "Add a grant …"}
    </button>
  );
}

function Verdict({ says }: { says: string }) {
  return <b className={`verdictword ${says === "deny" ? "deny" : "ask"}`}>{says === "deny" ? "no" : says}</b>;
}

function SayYes({ lack, shot, close }: { lack: Lack; shot: string; close: () => void }) {
  const [why, setWhy] = useState("");
  const act = useAct(() => post("/rights/yeses", { grant: lack.grant, scope: lack.scope, shot, why }), close);
  return (
    <Dialog title={`Yes to ${plain(lack.scope)} in ${shot}?`} close={close}>
      <p>{lack.why}.</p>
      <Asking act={act} says="Say yes" close={close} ready={!!why.trim()}>
        <Field says="Why?" value={why} set={setWhy} required most={2000} lines={2} />
      </Asking>
    </Dialog>
  );
}

function StateTerms({ source, close }: { source: string; close: () => void }) {
  const { data } = useQuery({ queryKey: ["licences"], queryFn: () => get<Licence[]>("/licences"), staleTime: Infinity });
  const [terms, setTerms] = useState("");
  const [owner, setOwner] = useState("");
  const [credit, setCredit] = useState("");
  const [hosted, setHosted] = useState(false);
  const chosen = data?.find((one) => one.name === terms);
  const act = useAct(() => put(`/sources/${encodeURIComponent(source)}/terms`, { terms, owner, credit, hosted }), close);
  return (
    <Dialog title={`Terms of ${source}`} close={close}>
      <Asking act={act} says="State them" close={close} ready={!!terms}>
        <fieldset>
          <legend>What may be done with it?</legend>
          {(data ?? []).map((one) => (
            <label key={one.name} className="choice">
              <input type="radio" name="terms" checked={terms === one.name} onChange={() => setTerms(one.name)} required />
              <span>
                <b>{one.name}</b> <span className="quiet">{one.about}{one.deliverable ? "" : "; it can be tried and not delivered"}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field says="Owner" value={owner} set={setOwner} hint="As it was, if nothing is said" />
        {chosen?.wants_credit && <Field says="Credit" value={credit} set={setCredit} required most={300} />}
        <label className="choice">
          <input type="checkbox" checked={hosted} onChange={(event) => setHosted(event.target.checked)} />
          <span>Its owner lets it be sent to services outside</span>
        </label>
      </Asking>
    </Dialog>
  );
}

function Sources({ production }: { production: Production }) {
  const [text, sought, setText] = useSought();
  const [offset, setOffset] = useState(0);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [terms, setTerms] = useState("");
  const found = useQuery({
    queryKey: ["sources standing", sought, offset],
    queryFn: () => get<SourcesStanding>(`/rights/sources?about=${encodeURIComponent(sought)}&offset=${offset}&most=${MOST}`),
  });
  const may = production.may.includes("terms");
  return (
    <>
      <div className="row tools">
        <Search value={text} set={(next) => (setText(next), setOffset(0))} what="Find a source or an owner" />
      </div>
      <Loaded of={found}>
        {(data) => (
          <>
            <Rows caption="Sources and their terms" heads={["Source", "Whose", "Terms", "Today it may be used to", "Let out", "Grants", ""]} count={data.sources.length} empty={<p>{sought ? "No source is called so." : "Nothing was brought in yet."}</p>}>
              {data.sources.map((one) => (
                <SourceRow key={one.id} one={one} may={may} terms={() => setTerms(one.id)} ask={() => setAsked({ work: one.id })} />
              ))}
            </Rows>
            <Pager offset={offset} most={MOST} total={data.total} go={setOffset} of="sources" />
          </>
        )}
      </Loaded>
      {asked && <GrantDialog asked={asked} production={production} close={() => setAsked(null)} />}
      {terms && <StateTerms source={terms} close={() => setTerms("")} />}
    </>
  );
}

function SourceRow({ one, may, terms, ask }: { one: SourceStanding; may: boolean; terms: () => void; ask: () => void }) {
  return (
    <tr>
      <th scope="row">
        {one.title} <p className="quiet">{one.id}, {one.medium}</p>
      </th>
      <td>{one.owner || <span className="finding">nobody said</span>}</td>
      <td>{one.licence}{one.credit && <p className="quiet">credit: {one.credit}</p>}</td>
      <td className="chips">
        {one.may.filter((scope) => scope !== "deliver").map((scope) => <span key={scope} className="chip permit">{plain(scope)}</span>)}
        {one.asks.map((scope) => <span key={scope} className="chip ask">ask about {plain(scope)}</span>)}
      </td>
      <td>{one.deliverable ? <span className={one.deliverable_everywhere ? "good" : "finding"}>{one.deliverable_everywhere ? "yes" : "in some places only"}{one.may_until && `, until ${one.may_until}`}</span> : <span className="finding">no</span>}</td>
      <td>{one.grants || ""}</td>
      <td>
        {may && (
          <span className="row nowrap">
            <button type="button" className="small" onClick={terms} aria-label={`Terms of ${one.id}`}>Terms …</button>
            <button type="button" className="small" onClick={ask} aria-label={`Add a grant about ${one.id}`}>Add a grant …</button>
          </span>
        )}
      </td>
    </tr>
  );
}

function Grants({ production }: { production: Production }) {
  const [text, sought, setText] = useSought();
  const [offset, setOffset] = useState(0);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [leaving, setLeaving] = useState("");
  const [models, setModels] = useState("");
  const found = useQuery({
    queryKey: ["grants", sought, offset],
    queryFn: () => get<GrantsShown>(`/rights/grants?about=${encodeURIComponent(sought)}&offset=${offset}&most=${MOST}`),
  });
  return (
    <>
      <div className="row tools">
        <Search value={text} set={(next) => (setText(next), setOffset(0))} what="Find a grant by person, source or words" />
        <Allowed act="grant" to="record a grant" production={production}>
          <button type="button" className="right" onClick={() => setAsked({})}>Add a grant …</button>
        </Allowed>
      </div>
      <Loaded of={found}>
        {(data) => (
          <>
            <Rows caption="Grants" heads={["Grant", "From whom to whom", "About", "Says", "From, until", "Today", "Signed", ""]} count={data.grants.length} empty={<p>{sought ? "No grant names that." : "Nobody has granted anything yet. The terms of the sources decide alone."}</p>}>
              {data.grants.map((one) => (
                <GrantRow key={one.id} one={one} production={production} leave={() => setLeaving(one.id)} models={() => setModels(one.id)} />
              ))}
            </Rows>
            <Pager offset={offset} most={MOST} total={data.total} go={setOffset} of="grants" />
          </>
        )}
      </Loaded>
      {asked && <GrantDialog asked={asked} production={production} close={() => setAsked(null)} />}
      {models && <ModelsOf grant={models} production={production} close={() => setModels("")} />}
      {leaving && <Withdraw grant={leaving} production={production} close={() => setLeaving("")} />}
    </>
  );
}

function GrantRow({ one, production, leave, models }: { one: GrantShown; production: Production; leave: () => void; models: () => void }) {
  const path = `/api/rights/grants/${encodeURIComponent(one.id)}`;
  return (
    <tr>
      <th scope="row">{one.id}<p className="quiet">{one.form}</p></th>
      <td className="wide">{one.grantor} → {one.given_to}</td>
      <td className="wide">{one.person || ofWork(one.work)}<p className="quiet">{one.about}</p></td>
      <td className="chips">{one.terms.map((term, index) => <TermChip key={index} term={term} />)}</td>
      <td className="nowrap">{one.signed_on}<br />{one.valid_until || <span className="quiet">no end</span>}</td>
      <td className={one.state === "valid" ? "good" : "finding"}>{one.state}{one.revoked_why && <p className="quiet">{one.revoked_why}</p>}</td>
      <td>
        {one.document_sha256 ? (
          production.may.includes("grant") ? (
            <a href={`${path}/document`} download>Paper <code>{one.document_sha256.slice(0, 8)}</code></a>
          ) : (
            <code title={one.document_sha256}>{one.document_sha256.slice(0, 8)}</code>
          )
        ) : (
          <span className="quiet">no paper</span>
        )}
      </td>
      <td>
        {one.has_report && <a href={`${path}/report`} download>Signed report</a>}
        {one.has_report && one.work && <p><button type="button" className="small" onClick={models} aria-label={`Models that learned under ${one.id}`}>Models …</button></p>}
        {!one.state.startsWith("withdrawn") && (
          <button type="button" className="small" onClick={leave} aria-label={`Withdraw ${one.id}`}>Withdraw …</button>
        )}
      </td>
    </tr>
  );
}

export function TermChip({ term }: { term: TermShown }) {
  const where = [...term.territory, ...term.media, term.project, term.valid_until && `until ${term.valid_until}`].filter(Boolean).join(", ");
  const word = term.verdict === "permit" ? "" : term.verdict === "prohibit" ? "not " : "ask about ";
  return (
    <span className={`chip ${term.verdict}`}>
      {word}{plain(term.scope)}{where && ` (${where})`}{term.approver && `: ${term.approver}`}
    </span>
  );
}
