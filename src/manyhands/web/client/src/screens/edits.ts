// What is being changed in a recipe, as a list of adjustments with a past and a future; nothing of it is recorded yet.

import { useReducer } from "react";

type Edits = { past: readonly string[][]; now: string[]; future: readonly string[][]; at: number };
type Act = { kind: "do"; edit: string; at: number } | { kind: "drop"; edit: string } | { kind: "forget"; set: string } | { kind: "undo" } | { kind: "redo" };

export const NONE: Edits = { past: [], now: [], future: [], at: 0 };
const ONE_GESTURE_MS = 1000;

/** What `STEP.NAME=VALUE` sets; empty for what changes a step as a whole. */
export const setBy = (edit: string) => /^([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)=/.exec(edit)?.[1] ?? "";

/** The list with one more; what was set before of the same parameter, with nothing but settings after it, gives way. */
function withOne(now: readonly string[], edit: string): string[] {
  const name = setBy(edit);
  if (!name) return [...now, edit];
  const from = now.findLastIndex((one) => !setBy(one)) + 1;
  return [...now.filter((one, index) => index < from || setBy(one) !== name), edit];
}

export function changed(was: Edits, act: Act): Edits {
  if (act.kind === "undo" && was.past.length > 0)
    return { past: was.past.slice(0, -1), now: was.past.at(-1)!, future: [...was.future, was.now], at: 0 };
  if (act.kind === "redo" && was.future.length > 0)
    return { past: [...was.past, was.now], now: was.future.at(-1)!, future: was.future.slice(0, -1), at: 0 };
  if (act.kind === "drop" || act.kind === "forget") {
    const now = was.now.filter((one) => (act.kind === "drop" ? one !== act.edit : setBy(one) !== act.set));
    return now.length === was.now.length ? was : { past: [...was.past, was.now], now, future: [], at: 0 };
  }
  if (act.kind !== "do") return was;
  const name = setBy(act.edit);
  const goesOn = name !== "" && setBy(was.now.at(-1) ?? "") === name && act.at - was.at < ONE_GESTURE_MS;
  return { past: goesOn ? was.past : [...was.past, was.now], now: withOne(was.now, act.edit), future: [], at: act.at };
}

/** A text that is set stands as it was typed last; a slider that is drawn is one change, however many values it passed. */
export const useEdits = () => useReducer(changed, NONE);
