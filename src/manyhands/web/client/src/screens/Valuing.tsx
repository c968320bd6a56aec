import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type Production, type Standing, type Truth, type Valued, type Valuing, type ValuingPlan, clock, get, post, refused } from "../api";
import { isOpen, useLive } from "../live";
import { Trouble, WorkBar } from "../parts";
import { Allowed, Asking, Dialog, Field, Loaded, Rows, useAct } from "./RoomParts";

/** What each of several painters gave to a model: ordered, found by teaching it anew, published, and checked again. */
export function ValuingPart({ production }: { production: Production }) {
  const found = useQuery({ queryKey: ["valuing"], queryFn: () => get<Valuing>("/valuing") });
  return (
    <>
      <p className="quiet">Where several people's painted frames taught one model, each one's part is found by teaching it anew without them, in every combination (the Shapley value). All of it is published, so that anybody can teach one part again. An order goes on when this page is closed.</p>
      <Loaded of={found}>
        {(data) => (
          <>
            {data.takes.length === 0 && <div className="nothing">No model was taught by more than one person. Each painter alone has all of their model's part.</div>}
            {data.takes.map((one) => <OfTake key={`${one.take} ${one.step}`} one={one} truths={data.truths} production={production} />)}
          </>
        )}
      </Loaded>
    </>
  );
}

/** The orders about a take as they stand now, in the order in which they were asked for. */
export function useOrders(shown: readonly Standing[], take: string, what: readonly string[]): Standing[] {
  const { orders } = useLive();
  const all = new Map(shown.map((one) => [one.order.id, one]));
  for (const [id, one] of orders) if (one.order.take === take && what.includes(one.order.what)) all.set(id, one);
  return [...all.values()].sort((a, b) => a.order.asked_at.localeCompare(b.order.asked_at));
}

/** How far an order is, what came of it, or what stopped it. */
export function Ordered({ one, says }: { one: Standing; says: string }) {
  if (isOpen(one)) return <WorkBar standing={one} />;
  if (one.state === "done") return <p className="good">{says}: {one.result}</p>;
  if (one.error) return <Trouble error={refused(one.error, says)} />;
  return null;
}

function OfTake({ one, truths, production }: { one: Valued; truths: readonly Truth[]; production: Production }) {
  const [asking, setAsking] = useState(false);
  const orders = useOrders(one.orders, one.take, ["measure", "recompute"]);
  const measuring = orders.filter((each) => each.order.what === "measure").at(-1);
  const again = orders.filter((each) => each.order.what === "recompute");
  const published = one.published;
  return (
    <article className="valued" aria-label={`Take ${one.take}`}>
      <h2><Link href={`/shots/${encodeURIComponent(one.shot)}/decide`}>{one.shot}</Link> <span className="quiet">take {one.take}, step {one.step}</span></h2>
      <p>Taught by {one.painters.map((each) => `${each.name} (${each.works.join(", ")})`).join(", ")}. {!one.is_accepted && <span className="finding">Nobody has accepted this take: it can be measured against a truth only.</span>}</p>
      {one.trouble && <Trouble error={refused(one.trouble)} />}
      {published ? (
        <>
          <Rows caption={`What each gave in ${one.take}`} heads={["Painter", "Gave", "Of the model's part", "Standard error"]} count={published.gave.length} empty={null}>
            {published.gave.map((each) => (
              <tr key={each.name}>
                <th scope="row">{each.name}</th>
                <td className="money">{each.part}</td>
                <td className="money">{each.share || "–"}</td>
                <td className="money">{Number(each.error || 0).toFixed(4)}</td>
              </tr>
            ))}
          </Rows>
          <p className="quiet">{published.method === "exact" ? "Over every subset" : "Over sampled orders"}, {published.steps} steps each, in frame {published.frames.join(", ")}, against {published.reference}. The measure: {published.measure}.</p>
          <p><a className="button" href={`/api/valuing/${encodeURIComponent(one.take)}/published`} download>All that was published</a></p>
          <details>
            <summary>{published.subsets.length} subsets, each of which can be taught again</summary>
            <Rows caption={`Subsets of ${one.take}`} heads={["Taught by", "Value as published", "Taught again", ""]} count={published.subsets.length} empty={null}>
              {published.subsets.map((each) => (
                <SubsetRow key={each.of.join()} take={one.take} of={each.of} value={each.value} orders={again.filter((other) => (other.order.of ?? []).join() === each.of.join())} />
              ))}
            </Rows>
          </details>
        </>
      ) : (
        !one.trouble && <p className="quiet">Nothing was published of it yet.</p>
      )}
      {measuring && (isOpen(measuring) || measuring.error) && <Ordered one={measuring} says="Valuing" />}
      {(!measuring || !isOpen(measuring)) && (
        <Allowed act="measure" to="have a model valued" production={production}>
          <p><button type="button" onClick={() => setAsking(true)} aria-label={`${published ? "Find it anew" : "Find what each gave"}: ${one.take}`}>{published ? "Find it anew …" : "Find what each gave …"}</button></p>
        </Allowed>
      )}
      {asking && <Ask one={one} truths={truths} close={() => setAsking(false)} />}
    </article>
  );
}

function SubsetRow({ take, of, value, orders }: { take: string; of: readonly string[]; value: string; orders: readonly Standing[] }) {
  const act = useAct(() => post(`/valuing/${encodeURIComponent(take)}/again`, { of }));
  const last = orders.at(-1);
  const who = of.join(" and ") || "nobody";
  return (
    <tr>
      <th scope="row">{who}</th>
      <td className="money">{value}</td>
      <td className="wide">{last ? <Ordered one={last} says="Taught again" /> : <span className="quiet">not yet</span>}<Trouble error={act.error} /></td>
      <td><button type="button" className="small" disabled={act.isPending || (last && isOpen(last))} onClick={() => act.mutate(undefined)} aria-label={`Teach it again: ${who}`}>Teach it again</button></td>
    </tr>
  );
}

function Ask({ one, truths, close }: { one: Valued; truths: readonly Truth[]; close: () => void }) {
  const [steps, setSteps] = useState("0");
  const [seeds, setSeeds] = useState("1");
  const [truth, setTruth] = useState("");
  const taught = new Set(one.painters.flatMap((each) => each.works));
  const wish = { steps: Number(steps) || 0, seeds: Number(seeds) || 1, truth };
  const plan = useQuery({
    queryKey: ["plan", one.take, wish.steps, wish.seeds, truth],
    queryFn: () => get<ValuingPlan>(`/valuing/${encodeURIComponent(one.take)}/plan?steps=${wish.steps}&seeds=${wish.seeds}&truth=${encodeURIComponent(truth)}`),
  });
  const act = useAct(() => post(`/valuing/${encodeURIComponent(one.take)}`, wish), close);
  return (
    <Dialog title={`What each gave in ${one.take}`} close={close}>
      <Asking act={act} says="Order it" close={close} ready={!!plan.data && !plan.error}>
        <label>
          Held against{" "}
          <select value={truth} onChange={(event) => setTruth(event.target.value)}>
            <option value="">the model in the take, which all of them taught</option>
            {truths.filter((each) => !taught.has(each.id)).map((each) => <option key={each.id} value={each.id}>{each.title} ({each.role}), which taught nobody</option>)}
          </select>
        </label>
        <div className="row">
          <Field says="Steps of each lesson (0: as long as the take's)" value={steps} set={setSteps} type="number" />
          <Field says="Seeds" value={seeds} set={setSeeds} type="number" />
        </div>
        <Loaded of={plan}>
          {(told) => (
            <p role="status">
              {told.subsets} subsets, {told.steps} steps each, {told.seeds} {told.seeds === 1 ? "seed" : "seeds"}, measured in frame {told.frames.join(", ")}.{" "}
              {told.believed_seconds > 0 ? `It takes about ${clock(told.believed_seconds)}.` : "Most of it lies here already."} It goes on when you leave.
            </p>
          )}
        </Loaded>
      </Asking>
    </Dialog>
  );
}
