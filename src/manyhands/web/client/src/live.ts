// What happens in the production, as it happens: every change that anybody makes asks the screens to look anew.

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

/** Listens until it is told to stop. */
export function listen(queries: QueryClient): () => void {
  const events = new EventSource("/api/events");
  events.onopen = () => {
    set({ ...state, connected: true });
    void queries.invalidateQueries();
  };
  events.onerror = () => {
    set({ ...state, connected: false });
    void queries.invalidateQueries({ queryKey: ["session"] }); // it may be over
  };
  events.addEventListener("log", () => void queries.invalidateQueries());
  events.addEventListener("order", (event) => {
    const standing = JSON.parse(event.data) as Standing;
    const before = state.orders.get(standing.order.id);
    set({ ...state, orders: new Map(state.orders).set(standing.order.id, standing) });
    if (before?.state !== standing.state) void queries.invalidateQueries();
  });
  return () => events.close();
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

export const isOpen = (one: Standing) => one.state === "waiting" || one.state === "at work";
