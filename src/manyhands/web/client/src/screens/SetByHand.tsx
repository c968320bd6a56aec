import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type Answer, type Control, type Offer, type Shot, post } from "../api";
import { Trouble } from "../parts";

/** A maker's parameters as a form that is derived from its fields; what is set is seen small while it is set. */
export function SetByHand({ offer, shot, frame, done }: { offer: Offer; shot: Shot; frame: number; done: () => void }) {
  const queries = useQueryClient();
  const [values, setValues] = useState<Record<string, string>>({});
  const [undone, setUndone] = useState<Record<string, string>[]>([]);
  const [why, setWhy] = useState("");
  const settings = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  const set = (name: string, value: string) => {
    setUndone([...undone, values]);
    setValues({ ...values, [name]: value });
  };
  const propose = useMutation({
    mutationFn: () => post<Answer>(`/shots/${shot.id}/settings`, { like: offer.recipe, settings, why }),
    onSuccess: () => {
      void queries.invalidateQueries();
      done();
    },
  });
  return (
    <form
      className="byhand"
      onSubmit={(event) => {
        event.preventDefault();
        propose.mutate();
      }}
    >
      <Small shot={shot} like={offer.recipe} settings={settings} frame={frame} />
      {offer.steps.map((step) => (
        <fieldset key={step.name}>
          <legend>{step.name}</legend>
          {step.controls.map((one) => (
            <Field key={one.set} control={one} value={values[one.set]} set={(value) => set(one.set, value)} />
          ))}
          {step.controls.length === 0 && <p className="quiet">nothing to set</p>}
        </fieldset>
      ))}
      <label>
        Why <input value={why} onChange={(event) => setWhy(event.target.value)} placeholder="Your reason; it stays in the record" required maxLength={1000} />
      </label>
      <Trouble error={propose.error} />
      <div className="row actions">
        <button
          type="button"
          disabled={undone.length === 0}
          onClick={() => {
            setValues(undone.at(-1)!);
            setUndone(undone.slice(0, -1));
          }}
        >
          Undo
        </button>
        <button type="submit" className="main" disabled={settings.length === 0 || !why.trim() || propose.isPending}>
          Propose this
        </button>
      </div>
    </form>
  );
}

function Field({ control, value, set }: { control: Control; value: string | undefined; set: (value: string) => void }) {
  const now = value ?? written(control.value);
  const changed = value !== undefined && value !== written(control.value);
  const label = (
    <span className={changed ? "changed" : ""}>
      {control.name.replaceAll("_", " ")} {control.unit && <span className="quiet">{control.unit}</span>}
    </span>
  );
  if (control.names.length > 0)
    return (
      <label title={control.about}>
        {label}
        <select value={now} onChange={(event) => set(event.target.value)}>
          {control.names.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
    );
  if (typeof control.value === "boolean")
    return (
      <label title={control.about} className="inline">
        <input type="checkbox" checked={now === "true"} onChange={(event) => set(String(event.target.checked))} /> {label}
      </label>
    );
  if (typeof control.value === "number" && control.low != null && control.high != null) {
    const whole = Number.isInteger(control.default) && Number.isInteger(control.low) && control.high - control.low > 20;
    return (
      <label title={control.about} className="slider">
        {label}
        <input type="range" min={control.low} max={control.high} step={whole ? 1 : (control.high - control.low) / 200} value={Number(now)} onChange={(event) => set(event.target.value)} />
        <output>{Number(Number(now).toPrecision(3))}</output>
      </label>
    );
  }
  return (
    <label title={control.about}>
      {label}
      <input value={now} onChange={(event) => set(event.target.value)} />
    </label>
  );
}

const written = (value: unknown): string => (Array.isArray(value) ? value.join(",") : value === null || value === undefined ? "" : String(value));

/** The frame on the screen as it would be, at a quarter of the size. */
function Small({ shot, like, settings, frame }: { shot: Shot; like: string; settings: string[]; frame: number }) {
  const [picture, setPicture] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const last = useRef("");
  const key = JSON.stringify([like, settings, frame]);
  useEffect(() => {
    const stop = new AbortController();
    const wait = window.setTimeout(async () => {
      setBusy(true);
      try {
        const response = await fetch(`/api/shots/${shot.id}/drafts`, {
          method: "POST",
          signal: stop.signal,
          headers: { "x-manyhands": "1", "content-type": "application/json" },
          body: JSON.stringify({ like, settings, frame: frame || shot.frames.first }),
        });
        if (!response.ok) {
          const { error } = await response.json();
          throw new Error(`${error.what} ${error.fix}`);
        }
        const url = URL.createObjectURL(await response.blob());
        if (last.current) URL.revokeObjectURL(last.current);
        last.current = url;
        setPicture(url);
        setError(null);
      } catch (problem) {
        if (!stop.signal.aborted) setError(problem instanceof Error ? problem.message : problem);
      } finally {
        if (!stop.signal.aborted) setBusy(false);
      }
    }, 120);
    return () => {
      window.clearTimeout(wait);
      stop.abort();
    };
    // eslint-disable-next-line
  }, [key, shot.id]);
  return (
    <div className="small" aria-busy={busy}>
      {picture && <img src={picture} alt={`Frame ${frame} as it would be`} />}
      {busy && <span className="quiet">drawing …</span>}
      {error ? <p className="finding">{String(error)}</p> : null}
    </div>
  );
}
