import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link } from "wouter";
import { type Delivered, type Gate, type Production, type Rule, type Shot, get, post, refused } from "../api";
import { isOpen, useLive } from "../live";
import { Cure, Said, Trouble, WorkBar } from "../parts";
import { DeliveredFiles, Papers } from "./Delivered";
import { Allowed } from "./RoomParts";
import { ShowingForm, WIDEST, asked } from "./Showing";
import { Words } from "./Words";

/** What has to be green or decided, then the master with its credentials and the page for the audience. */
export function Deliver({ shot, production }: { shot: Shot; production: Production }) {
  const queries = useQueryClient();
  const [format, setFormat] = useState("");
  const { orders } = useLive();
  const [showing, setShowing] = useState(WIDEST);
  const where = useLater(showing);
  const { data: gate, error } = useQuery({
    queryKey: ["gate", shot.id, asked(where)],
    queryFn: () => get<Gate>(`/shots/${shot.id}/gate?${asked(where)}`),
    placeholderData: (before) => before,
    meta: { shot: shot.id },
  });
  const { data: media } = useQuery({ queryKey: ["media"], queryFn: () => get<Record<string, string>>(`/shots/${shot.id}/media`), staleTime: Infinity });
  const { data: files } = useQuery({ queryKey: ["delivered", shot.id], queryFn: () => get<Delivered[]>(`/shots/${shot.id}/delivery`), meta: { shot: shot.id } });
  const { data: formats } = useQuery({ queryKey: ["formats"], queryFn: () => get<string[]>(`/shots/${shot.id}/formats`), staleTime: Infinity });
  const deliver = useMutation({
    mutationFn: () => post(`/shots/${shot.id}/delivery`, { format, ...showing, territory: [showing.territory] }),
    onSuccess: () => void queries.invalidateQueries(),
  });
  const working = [...orders.values()].filter((one) => one.order.shot === shot.id && one.order.what === "deliver");
  const last = working.at(-1);
  const stopping = (gate?.rules ?? []).filter((one) => one.stops);
  const rest = (gate?.rules ?? []).filter((one) => !one.stops && one.verdict !== "pass");
  const passed = (gate?.rules ?? []).filter((one) => one.verdict === "pass" || one.approved);
  return (
    <>
      <Words shot={shot.id} production={production} />
      <h2>Checks</h2>
      <Trouble error={error} />
      {!shot.accepted && (
        <p>
          Nobody has accepted a take yet. <Link href={`/shots/${shot.id}/decide`}>Look and decide</Link>
        </p>
      )}
      {(gate?.errors ?? [])
        .filter((one) => one.kind !== "StateError" || shot.accepted)
        .map((one) => (
          <div className="trouble" key={String(one.what)}>
            <p><Said what={String(one.what)} /></p>
            <Cure says={String(one.fix)} />
          </div>
        ))}
      <ul className="rules">
        {stopping.map((rule) => (
          <RuleRow key={`${rule.pack} ${rule.rule}`} rule={rule} shot={shot} production={production} />
        ))}
      </ul>
      {gate && stopping.length === 0 && gate.errors.length === 0 && <p className="good">Nothing stops it.</p>}
      {(rest.length > 0 || passed.length > 0) && (
        <details>
          <summary>
            {rest.length} to note, {passed.length} passed
          </summary>
          <ul className="rules">
            {[...rest, ...passed].map((rule) => (
              <li key={`${rule.pack} ${rule.rule}`} className={rule.verdict}>
                <b>{rule.rule}</b> {rule.says} <span className="quiet">{rule.approved ? "approved" : rule.verdict}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <ShowingForm showing={showing} set={setShowing} media={media ?? {}} />
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          deliver.mutate();
        }}
      >
        <label className="inline">
          as{" "}
          <select value={format} onChange={(event) => setFormat(event.target.value)}>
            <option value="">what plays most widely</option>
            {(formats ?? []).map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <button type="submit" className="main" disabled={!gate?.may || deliver.isPending || !production.may.includes("deliver") || (last && isOpen(last))}>
          Deliver
        </button>
      </form>
      <Trouble error={deliver.error} />
      {last && isOpen(last) && <WorkBar standing={last} />}
      {last?.state === "failed" && <Trouble error={refused(last.error)} />}
      <Papers shot={shot} production={production} files={files ?? []} />
      {(files ?? []).length > 0 && <DeliveredFiles shot={shot} files={files!} />}
    </>
  );
}

/** A value once it has rested, so that not every letter is asked about. */
function useLater<T>(value: T): T {
  const [later, setLater] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLater(value), 400);
    return () => clearTimeout(timer);
  }, [value]);
  return later;
}

function RuleRow({ rule, shot, production }: { rule: Rule; shot: Shot; production: Production }) {
  const queries = useQueryClient();
  const [why, setWhy] = useState("");
  const [said, setSaid] = useState<Record<string, string>>({});
  const answer = useMutation({
    mutationFn: () =>
      rule.missing.length > 0
        ? post(`/shots/${shot.id}/statements`, { said, why })
        : post(`/shots/${shot.id}/approvals/${encodeURIComponent(rule.rule)}`, { why }),
    onSuccess: () => {
      setWhy("");
      void queries.invalidateQueries();
    },
  });
  return (
    <li className={`rule ${rule.verdict}`}>
      <p>
        <b>{rule.rule}</b> {rule.says}
      </p>
      <Cure says={rule.cure} />
      {rule.verdict === "deny" && <p className="quiet">Nobody can approve that away.</p>}
      {rule.verdict !== "deny" && (
        <Allowed act={rule.missing.length > 0 ? "say" : "approve"} to={rule.missing.length > 0 ? "say that" : "approve that"} production={production}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              answer.mutate();
            }}
          >
            {rule.missing.map((name) => (
              <div key={name} className="row" role="radiogroup" aria-label={name.replaceAll("_", " ")}>
                <span>{name.replaceAll("_", " ")}?</span>
                {["yes", "no"].map((value) => (
                  <button key={value} type="button" role="radio" aria-checked={said[name] === value} onClick={() => setSaid({ ...said, [name]: value })}>
                    {value}
                  </button>
                ))}
              </div>
            ))}
            <div className="row">
              <input aria-label={`Why, for ${rule.rule}`} placeholder="How it is known, or why it may" value={why} onChange={(event) => setWhy(event.target.value)} required maxLength={1000} />
              <button type="submit" disabled={!why.trim() || (rule.missing.length > 0 && Object.keys(said).length === 0) || answer.isPending}>
                {rule.missing.length > 0 ? "Say so" : "Approve"}
              </button>
            </div>
            <Trouble error={answer.error} />
          </form>
          {rule.missing.length === 0 && <p className="quiet">Your yes stands for this take under these rules, and is told on its page, with your name and reason.</p>}
        </Allowed>
      )}
    </li>
  );
}
