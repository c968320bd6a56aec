import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Gate, type Production, type Shot, type Take, clock, get, post } from "../api";
import { HandsBar, HandsList, Trouble } from "../parts";
import { Words } from "./Words";

type Verdict = "accept" | "revise" | "reject";

/** A named person looks and says: accept, send back or reject, and why. */
export function Decide({ shot, take, production, show }: { shot: Shot; take: Take | undefined; production: Production; show: (ids: readonly string[]) => void }) {
  const queries = useQueryClient();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [reason, setReason] = useState("");
  const [note, setNote] = useState("");
  const looked = useMutation({ mutationFn: (id: string) => post<{ frame: number; findings: string[] }>(`/takes/${id}/looks`) });
  const { data: gate } = useQuery({ queryKey: ["gate", shot.id], queryFn: () => get<Gate>(`/shots/${shot.id}/gate`), enabled: !!take, meta: { shot: shot.id } });
  const may = production.may.includes("decide");
  const id = take?.id;
  const seen = useRef<Promise<unknown>>(Promise.resolve());
  useEffect(() => {
    if (id && production.may.includes("look")) seen.current = looked.mutateAsync(id).catch(() => undefined);
    setVerdict(null);
    // eslint-disable-next-line
  }, [id]);
  const decide = useMutation({
    mutationFn: async () => {
      await seen.current; // a look that is on its way comes before what is said of it
      return post(`/takes/${take!.id}/decisions`, { verdict, reason, note, after: take!.verdicts.at(-1)?.id ?? "" });
    },
    onError: () => queries.invalidateQueries({ queryKey: ["shot", shot.id] }), // so that what others said is seen
    onSuccess: () => {
      setVerdict(null);
      setReason("");
      setNote("");
      void queries.invalidateQueries();
    },
  });
  if (!take)
    return (
      <div>
        <p className="large">There is no take to decide on.</p>
        <p className="quiet">{shot.takes.length ? "Choose one above the picture." : "Say what is to be seen, and have a proposal made."}</p>
        {shot.takes.length > 0 && (
          <button type="button" onClick={() => show([shot.takes.at(-1)!.id, "plate"])}>
            Show the last take
          </button>
        )}
      </div>
    );
  const open = (gate?.rules ?? []).filter((one) => one.stops);
  return (
    <>
      <h2>{take.name}</h2>
      <p className="quiet">
        {take.width} × {take.height}, seed {take.seed}, made in {clock(take.seconds)}
        {take.cost_minor > 0 && `, cost ${(take.cost_minor / 100).toFixed(2)} ${take.currency}`}
      </p>
      <HandsBar parts={take.extent} />
      <HandsList parts={take.extent} />
      {looked.data && looked.data.findings.length > 0 && (
        <ul className="why" aria-label="What was found">
          {looked.data.findings.map((one) => (
            <li key={one} className="finding">{one}</li>
          ))}
        </ul>
      )}
      <Words shot={shot.id} take={take.id} production={production} />
      {take.verdicts.length > 0 && (
        <ol className="verdicts" aria-label="What was said">
          {take.verdicts.map((one) => (
            <li key={one.id}>
              <b className={one.verdict}>{one.verdict === "accept" ? "accepted" : one.verdict === "revise" ? "sent back" : "rejected"}</b> by {one.by}
              {!one.saw_it && <span className="finding"> unseen</span>}
              <blockquote>{one.reason}{one.note && ` – ${one.note}`}</blockquote>
              <time className="quiet" dateTime={one.at}>{one.at.replace("T", " ").replace("Z", " UTC")}</time>
            </li>
          ))}
        </ol>
      )}
      {may ? (
        <form
          className="decide"
          onSubmit={(event) => {
            event.preventDefault();
            decide.mutate();
          }}
        >
          <div className="row" role="radiogroup" aria-label="Verdict">
            {(["revise", "reject", "accept"] as const).map((one) => (
              <button key={one} type="button" role="radio" aria-checked={verdict === one} className={`verdict ${one}`} onClick={() => setVerdict(one)}>
                {one === "accept" ? "Accept" : one === "revise" ? "Send back" : "Reject"}
              </button>
            ))}
          </div>
          {verdict === "revise" && (
            <label>
              What is to change? <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} required maxLength={2000} />
            </label>
          )}
          {verdict && (
            <>
              {verdict === "accept" && open.length > 0 && (
                <div className="trouble">
                  <p>Before it can be delivered, {open.length === 1 ? "one thing is" : `${open.length} things are`} open:</p>
                  <ul>
                    {open.slice(0, 6).map((one) => (
                      <li key={`${one.pack} ${one.rule}`}>{one.says}</li>
                    ))}
                  </ul>
                </div>
              )}
              <label>
                Why? <textarea rows={2} value={reason} onChange={(event) => setReason(event.target.value)} required maxLength={2000} />
              </label>
              <p className="quiet">It is recorded as said by {production.me}, who was shown these frames.</p>
              <button type="submit" disabled={!reason.trim() || (verdict === "revise" && !note.trim()) || decide.isPending}>
                {verdict === "accept" ? `Accept ${take.name}` : verdict === "revise" ? "Send it back" : `Reject ${take.name}`}
              </button>
            </>
          )}
          <Trouble error={decide.error} />
        </form>
      ) : (
        <p className="quiet">A director, a producer or an AI supervisor decides; {production.me} may look.</p>
      )}
    </>
  );
}
