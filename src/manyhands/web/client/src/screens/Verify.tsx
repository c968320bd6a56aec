import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { type Verified, percent, post, upload } from "../api";
import { Trouble } from "../parts";

const STATES: Record<Verified["state"], string> = {
  "intact and trusted": "Intact and trusted",
  "intact, signer unknown": "Intact, signer unknown",
  broken: "Broken",
  "no credentials": "No credentials",
};

/** Any file, dropped: what it says of itself, who signed that, and whether it holds.  Nothing of it is kept. */
export function VerifyPage() {
  return (
    <div className="verifypage">
      <h1>Verify a file</h1>
      <p>Is it what its makers signed, who are they, and what do they say of it? The file is read on this machine and nothing of it is kept.</p>
      <VerifyDrop />
    </div>
  );
}

export function VerifyDrop() {
  const [over, setOver] = useState(false);
  const [again, setAgain] = useState(false);
  const [share, setShare] = useState(0);
  const chooser = useRef<HTMLInputElement>(null);
  const verify = useMutation({
    mutationFn: async (files: readonly File[]) => {
      const ids: string[] = [];
      for (const [at, file] of files.entries()) ids.push((await upload(file, (part) => setShare((at + part) / files.length))).id);
      return post<Verified>("/verify", { uploads: ids, again });
    },
  });
  const take = (files: FileList | null) => {
    if (!files?.length || verify.isPending) return;
    setShare(0);
    verify.mutate([...files]);
  };
  return (
    <section aria-label="Verify a file">
      <div
        className={over ? "dropzone over" : "dropzone"}
        onDragOver={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          event.stopPropagation();
          setOver(false);
          take(event.dataTransfer.files);
        }}
      >
        <p>Drop a film or a still here, together with its .c2pa file if it has one. Or the page of a film with all that lies beside it.</p>
        <input ref={chooser} type="file" multiple className="hidden" aria-label="The file to verify" data-testid="to-verify" onChange={(event) => { take(event.target.files); event.target.value = ""; }} />
        <button type="button" onClick={() => chooser.current?.click()} disabled={verify.isPending}>
          Choose a file
        </button>
        <label className="inline again">
          <input type="checkbox" checked={again} onChange={(event) => setAgain(event.target.checked)} /> hold it against this production: its log, and its figures measured again (slower)
        </label>
        {verify.isPending && (
          <p role="status">
            <progress max={1} value={share < 1 ? share : undefined} aria-label="Reading" /> {share < 1 ? `Reading: ${Math.round(share * 100)} %` : "Verifying …"}
          </p>
        )}
      </div>
      <Trouble error={verify.error} />
      {verify.data && !verify.isPending && <Credentials told={verify.data} />}
    </section>
  );
}

/** A file's credentials as a reader sees them. */
export function Credentials({ told }: { told: Verified }) {
  const breaks = told.findings.filter((one) => one.weight === "breaks");
  const warns = told.findings.filter((one) => one.weight === "warns");
  const notes = told.findings.filter((one) => one.weight === "notes");
  const kind = told.state === "broken" ? "bad" : told.is_sound && told.state === "intact and trusted" ? "good" : "finding";
  return (
    <article className="credentials" aria-label={`Credentials of ${told.name}`}>
      <p role="status">
        <b className={kind}>{STATES[told.state]}</b> <span className="quiet">{told.name}</span>
      </p>
      <p>{told.sentence}</p>
      {[...breaks, ...warns].map((one) => (
        <p key={one.words} className={one.weight === "breaks" ? "bad" : "finding"}>{one.words}</p>
      ))}
      {told.says && <p>{told.says}</p>}
      {told.shares.length > 0 && (
        <dl className="shares">
          {told.shares.map((one) => (
            <div key={one.origin}>
              <dt>{one.words}</dt>
              <dd>{percent(one.ppm)}</dd>
            </div>
          ))}
        </dl>
      )}
      {told.shots.length > 0 && (
        <details open>
          <summary>{told.shots.length === 1 ? "The shot that it tells of" : `The ${told.shots.length} shots that it tells of`}</summary>
          <ul>
            {told.shots.map((one) => (
              <li key={one.shot}>
                <b>{one.shot}</b> <span className="quiet">{one.frames} frames, {one.master}</span>
                <br />
                {one.description}
              </li>
            ))}
          </ul>
        </details>
      )}
      {told.decision && (
        <p className="quiet">
          {told.decision.by} decided on {told.decision.at.slice(0, 10)}. Delivered by {told.decision.delivered_by}.
        </p>
      )}
      {told.signer && (
        <p className="quiet">
          {told.state === "broken" ? "It calls its signer" : "Signed by"} {told.signer}
          {told.issuer && told.issuer !== told.signer ? ` (${told.issuer})` : ""}.
          {told.measured === "agrees" && " Its figures were measured again, and agree."}
          {told.measured === "differs" && " Its figures were measured again, and differ."}
        </p>
      )}
      {told.state !== "broken" && (told.hands.length > 0 || told.went_in.length > 0 || notes.length > 0) && (
        <details>
          <summary>{told.went_in.length > 0 ? "Every hand, and what went in" : "Every hand, and what was found"}</summary>
          <ul>
            {told.hands.map((one) => (
              <li key={one.name + one.origin}>
                {one.name} <span className="quiet">{one.origin}</span> {percent(one.origin_ppm)}
                {one.altered_ppm > 0 && <span className="quiet"> altered {percent(one.altered_ppm)}</span>}
              </li>
            ))}
          </ul>
          <ul>
            {told.went_in.map((one) => (
              <li key={one.title}>
                {one.title} <span className="quiet">{[one.credit, one.licence, one.state].filter(Boolean).join(", ")}</span>
              </li>
            ))}
          </ul>
          {notes.map((one) => (
            <p key={one.words} className="quiet">{one.words}</p>
          ))}
        </details>
      )}
    </article>
  );
}
