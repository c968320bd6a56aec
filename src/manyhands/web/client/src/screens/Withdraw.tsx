import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type CascadeShown, type Production, get, percent, post } from "../api";
import { Allowed, Asking, Dialog, Field, Leave, Loaded, Rows, ofWork, plain, useAct } from "./RoomParts";
import { TeachAgain } from "./TeachAgain";

/** Withdrawing a grant: first all that it touches is shown; then the id is typed, with the reason; then the report. */
export function Withdraw({ grant, production, close }: { grant: string; production: Production; close: () => void }) {
  const [done, setDone] = useState<CascadeShown | null>(null);
  const path = `/rights/grants/${encodeURIComponent(grant)}`;
  const [typed, setTyped] = useState("");
  const [why, setWhy] = useState("");
  const act = useAct(() => post<CascadeShown>(`${path}/withdrawal`, { typed, why }), setDone);
  // once it is withdrawn there is nothing ahead any more
  const ahead = useQuery({ queryKey: ["cascade", grant], queryFn: () => get<CascadeShown>(`${path}/cascade`), enabled: act.isIdle || act.isError });
  if (done)
    return (
      <Dialog title={`${grant} is withdrawn`} close={close} wide>
        <p role="status">
          Since {done.grant.state.replace("withdrawn on ", "")} nothing is made, accepted or delivered under it. What that touches is written down and signed.
        </p>
        <Touches found={done} production={production} past />
        <div className="actions">
          <a className="button" href={`/api${path}/report`} download>
            Keep the signed report
          </a>
          <Leave close={close} says="Close" />
        </div>
      </Dialog>
    );
  return (
    <Dialog title={`Withdraw ${grant}?`} close={close} wide>
      <p className="quiet">Nothing has happened yet. This is what it would touch.</p>
      <Loaded of={ahead}>
        {(found) => (
          <>
            <p>
              {found.grant.grantor}: {found.grant.form} about {found.grant.person || ofWork(found.grant.work)}, {found.grant.about}
            </p>
            <Touches found={found} production={production} />
            <Allowed act="revoke" to="withdraw a grant" production={production}>
              <Asking act={act} says={`Withdraw ${grant}`} close={close} ready={typed.trim() === grant && !!why.trim()} danger>
                <Field says="What was said when it was withdrawn" value={why} set={setWhy} required most={2000} lines={2} />
                <Field says={`Type ${grant} to confirm`} value={typed} set={setTyped} required />
              </Asking>
            </Allowed>
          </>
        )}
      </Loaded>
    </Dialog>
  );
}

const BECOMES: Record<string, string> = {
  blocked: "blocked: can be looked at and rejected, not accepted",
  "needs a decision": "accepted before: somebody has to decide",
  delivered: "delivered: it is out",
};

function Touches({ found, production, past = false }: { found: CascadeShown; production: Production; past?: boolean }) {
  const total = Object.values(found.counts).reduce((sum, one) => sum + one, 0);
  if (found.lost.length === 0) return <p className="good">Other grants permit all of it; nothing is touched.</p>;
  return (
    <div className="touches">
      <p>
        Nobody {past ? "permits" : "would permit"} {found.lost.map(plain).join(", ")} any more, unless newly asked.{" "}
        {total === 0 ? "No take was made under it." : `${total} ${total === 1 ? "take" : "takes"} in ${found.shots.length} ${found.shots.length === 1 ? "shot" : "shots"}:`}
      </p>
      {total > 0 && (
        <ul className="counts">
          {Object.entries(BECOMES).map(([standing, told]) => found.counts[standing] && (
            <li key={standing} className={standing.replaceAll(" ", "-")}>
              <b>{found.counts[standing]}</b> {told}
            </li>
          ))}
        </ul>
      )}
      <Rows caption="Takes that are touched" heads={["Shot", "Take", "Becomes", "Under", "Of its picture"]} count={found.takes.length} empty={null}>
        {found.takes.map((one) => (
          <tr key={one.take}>
            <th scope="row"><Link href={`/shots/${encodeURIComponent(one.shot)}`}>{one.shot}</Link></th>
            <td>{one.take}</td>
            <td>{one.standing}</td>
            <td>{one.scopes.map(plain).join(", ")}</td>
            <td>{one.origin_ppm || one.altered_ppm ? `${percent(one.origin_ppm || one.altered_ppm)}, ` : ""}{one.frames} of {one.of} frames</td>
          </tr>
        ))}
      </Rows>
      {total > found.takes.length && <p className="quiet">and {total - found.takes.length} more, all in the report</p>}
      {found.models.length > 0 && (
        <>
          <h3>Models that learned from it</h3>
          {past ? (
            <TeachAgain models={found.models} production={production} />
          ) : (
            <ul className="why">
              {found.models.map((one) => (
                <li key={`${one.shot} ${one.step} ${one.maker}`}>
                  {one.shot}, step {one.step} ({one.maker}): {one.why_not || "is to be taught again without"}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      {found.notices.length > 0 && (
        <>
          <h3>Drafts of what to write; nobody is written to from here</h3>
          {found.notices.map((one) => (
            <details key={`${one.shot} ${one.master}`}>
              <summary>{one.shot}, {one.master}, delivered {one.delivered_at.slice(0, 10)}</summary>
              <blockquote>{one.draft}</blockquote>
            </details>
          ))}
        </>
      )}
    </div>
  );
}
