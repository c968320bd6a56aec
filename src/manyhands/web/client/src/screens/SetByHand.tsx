import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { type Adjustment, type Answer, type Control, type MakerShown, type Offer, type Shot, type Sketched, type Step, drawn, get, post } from "../api";
import { Trouble } from "../parts";
import { StepLine } from "./Recipe";
import { picked, read, swatch } from "./colour";
import { setBy, useEdits } from "./edits";

type Chosen = "undo" | "redo";

/** A recipe that is changed in place, step by step; it is seen small meanwhile, and becomes a proposal when it is said why. */
export function SetByHand({ offer, answer, shot, frame, isNext, went, close }: {
  offer: Offer;
  answer: Answer;
  shot: Shot;
  frame: number;
  isNext: boolean;
  went: (answer: Answer) => void;
  close: () => void;
}) {
  const queries = useQueryClient();
  const [edits, act] = useEdits();
  const [why, setWhy] = useState("");
  const [open, setOpen] = useState("");
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isNext) form.current?.focus(); // it goes on where the one before it stood
  }, [isNext]);
  const sketch = useQuery({
    queryKey: ["sketch", shot.id, offer.recipe, edits.now],
    queryFn: () => post<Sketched>(`/shots/${shot.id}/sketches`, { like: offer.recipe, settings: edits.now }),
    enabled: edits.now.length > 0,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  const steps = edits.now.length > 0 && sketch.data ? sketch.data.steps : offer.steps;
  const gone = offer.steps.filter((step) => !steps.some((one) => one.name === step.name));
  const onward = async (made: Answer) => {
    await queries.invalidateQueries({ queryKey: ["shot", shot.id] });
    went(made);
  };
  const propose = useMutation({
    mutationFn: () => post<Answer>(`/shots/${shot.id}/settings`, { like: offer.recipe, settings: edits.now, why }),
    onSuccess: onward,
  });
  const turn = useMutation({
    mutationFn: ({ verb, changes }: { verb: Chosen; changes: number[] }) => post<Answer>(`/shots/${shot.id}/${verb}`, { like: offer.recipe, changes }),
    onSuccess: onward,
  });
  const stand = answer.adjustments.filter((one) => !one.undone_by);
  const canUndo = edits.past.length > 0 || stand.length > 0;
  const canRedo = edits.future.length > 0 || (edits.now.length === 0 && stand.length < answer.adjustments.length);
  const back = (verb: Chosen) => {
    if (verb === "undo" ? edits.past.length > 0 : edits.future.length > 0) act({ kind: verb });
    else if ((verb === "undo" ? canUndo : canRedo) && edits.now.length === 0 && !turn.isPending) turn.mutate({ verb, changes: [] });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (event.target as HTMLElement).closest("input[type='text'], textarea, input:not([type])")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    back(key === "y" || event.shiftKey ? "redo" : "undo");
  };
  const set = (control: Control, step: Step, value: string) => {
    const first = offer.steps.find((one) => one.name === step.name)?.controls.find((one) => one.set === control.set);
    const isAsItWas = first && written(first.value) === value && !edits.now.some((one) => one.startsWith("reset ") || one.startsWith("take out "));
    act(isAsItWas ? { kind: "forget", set: control.set } : { kind: "do", edit: `${control.set}=${value}`, at: Date.now() });
  };
  const edit = (line: string) => act({ kind: "do", edit: line, at: Date.now() });
  return (
    <form
      ref={form}
      className="byhand"
      tabIndex={-1}
      aria-label={`${offer.name}, changed by hand`}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        propose.mutate();
      }}
    >
      <Small shot={shot} like={offer.recipe} settings={edits.now} frame={frame} />
      <ol className="recipe editing" aria-label="Recipe" aria-busy={sketch.isFetching}>
        {steps.map((step) => (
          <li key={step.name}>
            <StepLine step={step} all={open === step.name} />
            <div className="row onstep">
              <button type="button" className="small" aria-expanded={open === step.name} onClick={() => setOpen(open === step.name ? "" : step.name)} aria-label={`Set ${step.name}`}>
                Set
              </button>
              {step.before && <button type="button" className="small" onClick={() => edit(`move ${step.name} before ${step.before}`)} aria-label={`Move ${step.name} before ${step.before}`} title={`before ${step.before}`}>↑</button>}
              {step.after && <button type="button" className="small" onClick={() => edit(`move ${step.name} after ${step.after}`)} aria-label={`Move ${step.name} after ${step.after}`} title={`after ${step.after}`}>↓</button>}
              <button type="button" className="small right" onClick={() => edit(`take out ${step.name}`)} aria-label={`Take out ${step.name}`}>
                Take out
              </button>
            </div>
            {open === step.name && (
              <fieldset>
                <legend>{step.about}</legend>
                {step.controls.map((one) => (
                  <div key={one.set} className="fieldrow">
                    <Field control={one} value={valueOf(edits.now, one)} set={(value) => set(one, step, value)} />
                    {written(one.value) !== written(one.default) && (
                      <button type="button" className="small" onClick={() => edit(`reset ${one.set}`)} title={`${written(one.default) || "none"}, as ${step.maker} has it by itself`} aria-label={`Reset ${one.name}`}>↺</button>
                    )}
                  </div>
                ))}
                {step.controls.length === 0 ? <p className="quiet">nothing to set</p> : (
                  <button type="button" className="small" onClick={() => edit(`reset ${step.name}`)}>
                    All as {step.maker} has it by itself
                  </button>
                )}
              </fieldset>
            )}
          </li>
        ))}
        {gone.map((step) => (
          <li key={step.name} className="gone">
            <s><StepLine step={step} /></s>
            {edits.now.includes(`take out ${step.name}`) && (
              <button type="button" className="small" onClick={() => act({ kind: "drop", edit: `take out ${step.name}` })} aria-label={`Put ${step.name} back`}>
                Put back
              </button>
            )}
          </li>
        ))}
      </ol>
      <Add shot={shot} recipe={offer.recipe} add={(name) => edit(`add ${name}`)} />
      <Changes all={answer.adjustments} draft={edits.now.length > 0 ? (sketch.data?.told ?? []) : []} busy={turn.isPending || edits.now.length > 0} turn={(verb, number) => turn.mutate({ verb, changes: [number] })} />
      <Trouble error={turn.error} />
      <label>
        Why <input value={why} onChange={(event) => setWhy(event.target.value)} placeholder="Your reason; it stays in the record" required={edits.now.length > 0} maxLength={1000} />
      </label>
      <Trouble error={propose.error} />
      <div className="row actions">
        <button type="button" disabled={!canUndo || turn.isPending} onClick={() => back("undo")} title="Ctrl+Z">
          Undo
        </button>
        <button type="button" disabled={!canRedo || turn.isPending} onClick={() => back("redo")} title="Shift+Ctrl+Z">
          Redo
        </button>
        <button type="button" onClick={close}>Close</button>
        <button type="submit" className="main" disabled={edits.now.length === 0 || !why.trim() || sketch.isError || propose.isPending}>
          Propose this
        </button>
      </div>
    </form>
  );
}

/** Everything that was changed since the offer: what, by whom, when; and what is not proposed yet. */
function Changes({ all, draft, busy, turn }: { all: readonly Adjustment[]; draft: readonly string[]; busy: boolean; turn: (verb: Chosen, number: number) => void }) {
  if (all.length === 0 && draft.length === 0) return null;
  return (
    <section>
      <h3>Changed by hand</h3>
      <ol className="changes">
        {all.map((one) => (
          <li key={one.number} className={one.undone_by ? "undone" : ""}>
            <span>
              {one.undone_by ? <s>{one.told}</s> : one.told}
              <span className="quiet"> {one.by}, <time dateTime={one.at}>{when(one.at)}</time>{one.why && `: “${one.why}”`}</span>
              {one.undone_by && <span className="quiet"> Undone by {one.undone_by}, <time dateTime={one.undone_at}>{when(one.undone_at)}</time></span>}
            </span>
            <button type="button" className="small" disabled={busy} title={draft.length ? "Propose or undo what is not proposed yet, first" : undefined} onClick={() => turn(one.undone_by ? "redo" : "undo", one.number)} aria-label={`${one.undone_by ? "Redo" : "Undo"}: ${one.told}`}>
              {one.undone_by ? "Redo" : "Undo"}
            </button>
          </li>
        ))}
        {draft.map((told, index) => (
          <li key={`${index} ${told}`} className="draft">
            <span>{told} <span className="quiet">not proposed yet</span></span>
          </li>
        ))}
      </ol>
    </section>
  );
}

const when = (at: string) => new Date(at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The makers whose step may be added, each with what it does. */
function Add({ shot, recipe, add }: { shot: Shot; recipe: string; add: (name: string) => void }) {
  const [open, setOpen] = useState(false);
  const makers = useQuery({
    queryKey: ["addable", shot.id, recipe],
    queryFn: () => get<MakerShown[]>(`/shots/${shot.id}/proposals/${recipe}/makers`),
    enabled: open,
    staleTime: Infinity,
  });
  return (
    <details className="add" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Add a step</summary>
      <Trouble error={makers.error} />
      {makers.isLoading && <p className="quiet" aria-busy="true">Looking which makers fit …</p>}
      <ul>
        {makers.data?.map((one) => (
          <li key={one.name}>
            <button type="button" onClick={() => (add(one.name), setOpen(false))} aria-label={`Add ${one.name}`}>
              <b><i className={one.origin} /> {one.name.replaceAll("_", " ")}</b>
              <span className="quiet">{one.about}{one.needs.length > 0 && ` Needs ${one.needs.join(", ")}.`}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What a parameter is being set to; undefined where it is as the recipe has it. */
function valueOf(edits: readonly string[], control: Control): string | undefined {
  const step = control.set.split(".")[0];
  for (const one of edits.toReversed()) {
    if (setBy(one) === control.set) return one.slice(control.set.length + 1);
    if (one === `reset ${step}` || one === `reset ${control.set}` || one === `add ${step}`) return undefined;
  }
  return undefined;
}

function Field({ control, value, set }: { control: Control; value: string | undefined; set: (value: string) => void }) {
  const now = value ?? written(control.value);
  const changed = value !== undefined;
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
  if (control.unit === "ACEScg") {
    const colour = read(now);
    return (
      <span className="colour">
        <label title={control.about}>
          {label}
          <input value={now} onChange={(event) => set(event.target.value)} />
        </label>
        <input type="color" value={colour ? swatch(colour) : "#000000"} onChange={(event) => set(picked(event.target.value, colour))} aria-label={`${control.name.replaceAll("_", " ")}: pick it`} />
      </span>
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
        const url = URL.createObjectURL(await drawn(`/shots/${shot.id}/drafts`, { like, settings, frame: frame || shot.frames.first }, stop.signal));
        if (last.current) URL.revokeObjectURL(last.current);
        last.current = url;
        setPicture(url);
        setError(null);
      } catch (problem) {
        if (!stop.signal.aborted) setError(problem);
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
      <Trouble error={error} />
    </div>
  );
}
