import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type Again, type ModelTouched, type Production, type Valuing, get, percent, post } from "../api";
import { isOpen } from "../live";
import { Allowed, Asking, Dialog, Leave, Loaded, useAct } from "./RoomParts";
import { Ordered, useOrders } from "./Valuing";

/** What a withdrawn grant left: the models that learned from the work, each to be taught again without it. */
export function ModelsOf({ grant, production, close }: { grant: string; production: Production; close: () => void }) {
  const found = useQuery({ queryKey: ["models of", grant], queryFn: () => get<ModelTouched[]>(`/rights/grants/${encodeURIComponent(grant)}/models`) });
  return (
    <Dialog title={`Models that learned under ${grant}`} close={close} wide>
      <Loaded of={found}>{(data) => <TeachAgain models={data} production={production} />}</Loaded>
      <div className="actions"><Leave close={close} says="Close" /></div>
    </Dialog>
  );
}

export function TeachAgain({ models, production }: { models: readonly ModelTouched[]; production: Production }) {
  if (models.length === 0) return <p className="nothing">No model learned from it.</p>;
  return (
    <ul className="again">
      {models.map((one) => <Model key={`${one.shot} ${one.take} ${one.step}`} one={one} production={production} />)}
    </ul>
  );
}

function Model({ one, production }: { one: ModelTouched; production: Production }) {
  const [truth, setTruth] = useState("");
  const work = one.from_[0] ?? "";
  const path = `/valuing/${encodeURIComponent(one.take)}/without`;
  const found = useQuery({ queryKey: ["without", one.take], queryFn: () => get<Again>(path), enabled: !one.why_not });
  const { data: valuing } = useQuery({ queryKey: ["valuing"], queryFn: () => get<Valuing>("/valuing"), enabled: !one.why_not });
  const orders = useOrders(found.data?.orders ?? [], one.take, ["reteach"]).filter((each) => each.order.without === work);
  const last = orders.at(-1);
  const act = useAct(() => post(path, { without: work, truth }));
  return (
    <li>
      <p><Link href={`/shots/${encodeURIComponent(one.shot)}/decide`}>{one.shot}</Link>, step {one.step} ({one.maker}), last in take {one.take}: {one.why_not || `is to be taught again without ${work}.`}</p>
      {!one.why_not && (
        <Loaded of={found}>
          {(data) => (
            <>
              {data.takes.filter((each) => each.without.includes(work)).map((each) => (
                <figure key={each.take} className="retaught">
                  <img src={each.picture} alt={`${one.take} before, ${each.take} taught without, and their difference, in the frames in which they differ most`} loading="lazy" />
                  <figcaption>
                    Take {each.take}, taught by {each.taught_by.join(", ")}: {each.verdict}. {each.scores.map((score) => `${score.measure}: ${percent(score.before * 1e6)} before, ${percent(score.after * 1e6)} after, in ${score.frames} frames.`).join(" ")}{" "}
                    <Link href={`/shots/${encodeURIComponent(each.shot)}/decide`}>Look and decide</Link>
                  </figcaption>
                </figure>
              ))}
              {last && (isOpen(last) || last.error) && <Ordered one={last} says="Teaching it again" />}
              {(!last || !isOpen(last)) && (
                <Allowed act="run" to="have it taught again" production={production}>
                  <Asking act={act} says={`Teach it again without ${work}`}>
                    <label>
                      Both are held against{" "}
                      <select value={truth} onChange={(event) => setTruth(event.target.value)}>
                        <option value="">nothing: whether it got worse is not known then</option>
                        {(valuing?.truths ?? []).filter((each) => each.id !== work).map((each) => <option key={each.id} value={each.id}>{each.title} ({each.role})</option>)}
                      </select>
                    </label>
                    <p className="quiet">It makes a take of its own, which waits for somebody to decide on it. It goes on when this page is closed.</p>
                  </Asking>
                </Allowed>
              )}
            </>
          )}
        </Loaded>
      )}
    </li>
  );
}
