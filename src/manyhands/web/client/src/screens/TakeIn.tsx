import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import { type Licence, type Production, type Shot, type Source, get, post, uploadMaterial } from "../api";
import type { Material } from "../dropped";
import { useConnected } from "../live";
import { Trouble } from "../parts";

/** A clip or a sequence comes in: it travels, and is looked at, while its person answers whose it is. */
export function TakeIn({ what, production, done }: { what: Material; production: Production; done: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [share, setShare] = useState(0);
  const connected = useConnected();
  const [terms, setTerms] = useState("");
  const [owner, setOwner] = useState("");
  const [credit, setCredit] = useState("");
  const [failed, setFailed] = useState<unknown>(null);
  const [isHere, setHere] = useState(false);
  const sending = useRef<ReturnType<typeof uploadMaterial> | null>(null);
  const stop = useRef(new AbortController());
  const { data: licences } = useQuery({ queryKey: ["licences"], queryFn: () => get<Licence[]>("/licences"), staleTime: Infinity });
  const chosen = licences?.find((one) => one.name === terms);

  useEffect(() => {
    dialog.current?.showModal();
    if (sending.current) return;
    sending.current = uploadMaterial(what, setShare, stop.current.signal);
    sending.current.then(() => setHere(true)).catch((error) => stop.current.signal.aborted || setFailed(error));
  }, [what]);

  const bring = useMutation({
    mutationFn: async () => {
      const there = await sending.current!;
      const source = await post<Source>(`/uploads/${there.id}/source`, { terms, owner, credit, title: what.name });
      return post<Shot>("/shots", { source: source.id });
    },
    onSuccess: (shot) => {
      void queries.invalidateQueries();
      done();
      go(`/shots/${shot.id}`);
    },
  });

  const bytes = what.files.reduce((sum, file) => sum + file.size, 0);
  const leave = () => {
    stop.current.abort();
    done();
  };
  return (
    <dialog ref={dialog} onClose={leave} aria-labelledby="takein">
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault();
          bring.mutate();
        }}
      >
        <h2 id="takein">{what.name}</h2>
        {what.isSequence && <p className="quiet">A sequence of {what.files.length} pictures{what.left > 0 && `; ${what.left} other ${what.left === 1 ? "file stays where it is" : "files stay where they are"}`}.</p>}
        {failed ? (
          <Trouble error={failed} />
        ) : (
          <>
            <progress max={1} value={share < 1 || isHere ? share : undefined} aria-label="Upload" />
            {!connected && !isHere && <p className="finding" role="status">The studio does not answer. It goes on by itself when it does.</p>}
            <span className="quiet" role="status">
              {share < 1 ? `${Math.round(share * 100)} % of ${(bytes / 1e6).toFixed(1)} MB are here` : isHere ? "It is here." : "It is looked at …"}
            </span>
          </>
        )}
        {failed === null && (
          <>
            <fieldset>
              <legend>Whose is it, and what may be done with it?</legend>
              {(licences ?? []).map((one) => (
                <label key={one.name} className="choice">
                  <input type="radio" name="terms" value={one.name} checked={terms === one.name} onChange={() => setTerms(one.name)} required />
                  <span>
                    <b>{one.name}</b> <span className="quiet">{one.about}{one.deliverable ? "" : "; it can be tried and not delivered"}</span>
                  </span>
                </label>
              ))}
            </fieldset>
            <label>
              Owner <input value={owner} onChange={(event) => setOwner(event.target.value)} placeholder={terms === "own" ? production.me : "Who it belongs to"} maxLength={200} />
            </label>
            {chosen?.wants_credit && (
              <label>
                Credit <input value={credit} onChange={(event) => setCredit(event.target.value)} placeholder="The name as it must appear" required maxLength={300} />
              </label>
            )}
          </>
        )}
        <Trouble error={bring.error} />
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Leave it
          </button>
          <button type="submit" className="main" disabled={!terms || bring.isPending || failed !== null}>
            {bring.isPending ? "Bringing it in …" : "Bring it in"}
          </button>
        </div>
      </form>
    </dialog>
  );
}
