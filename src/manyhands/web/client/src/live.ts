// What happens in the production, as it happens: a change that anybody makes asks the screens that it touches to look
// anew.  A query that is about one shot says so (`meta: { shot }`), and stays as it is when only others were touched.

import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Standing } from "./api";

type State = { connected: boolean; orders: ReadonlyMap<string, Standing> };
let state: State = { connected: false, orders: new Map() };
const listeners = new Set<() => void>();

function set(next: State) {
  state = next;
  for (const listener of listeners) listener();
}

const TOGETHER_MS = 80; // what comes so close together is looked at once

let touched: Set<string> | null = new Set();
let due = 0;

/** Look anew at what a change touched: some shots, or anything where that is not known. */
function lookAnew(queries: QueryClient, shots: readonly string[] | null) {
  if (shots === null) touched = null;
  else for (const shot of shots) touched?.add(shot);
  due ||= window.setTimeout(() => {
    const these = touched;
    touched = new Set();
    due = 0;
    void queries.invalidateQueries({
      predicate: ({ meta, options }) =>
        (options as { staleTime?: unknown }).staleTime !== Infinity && (these === null || (!meta?.settled && (!meta?.shot || these.has(meta.shot as string)))),
    });
  }, TOGETHER_MS);
}

const AGAIN_MS = 2000;

/** Listens until it is told to stop. */
export function listen(queries: QueryClient): () => void {
  let over = false;
  let stop = () => {};
  const events = new EventSource("/api/events");
  events.onopen = () => {
    set({ ...state, connected: true });
    lookAnew(queries, null);
  };
  events.onerror = () => {
    set({ ...state, connected: false });
    void queries.invalidateQueries({ queryKey: ["session"] }); // it may be over
    // a browser gives up where something else answered at the address for a moment
    if (events.readyState === EventSource.CLOSED && !over) {
      const again = window.setTimeout(() => (stop = listen(queries)), AGAIN_MS);
      stop = () => window.clearTimeout(again);
    }
  };
  events.addEventListener("log", (event) => lookAnew(queries, (JSON.parse(event.data) as { shots: string[] | null }).shots));
  events.addEventListener("order", (event) => {
    const standing = JSON.parse(event.data) as Standing;
    const before = state.orders.get(standing.order.id);
    set({ ...state, orders: new Map(state.orders).set(standing.order.id, standing) });
    if (before?.state !== standing.state) lookAnew(queries, [standing.order.shot]);
  });
  return () => {
    over = true;
    events.close();
    stop();
  };
}

export function useLive(): State {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => state,
  );
}

/** Whether the studio answers; asked alone, so that nothing is drawn anew for every step of a run. */
export function useConnected(): boolean {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => state.connected,
  );
}

export const isOpen = (one: Standing) => one.state === "waiting" || one.state === "at work";
