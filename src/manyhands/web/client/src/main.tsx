import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Refused, type ShotCard, get } from "./api";
import "./style.css";

/** Whoever is told to log in first had a session that is over. */
function whenOver(error: unknown) {
  if (error instanceof Refused && error.about.login) void queries.invalidateQueries({ queryKey: ["session"] });
}

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: whenOver }),
  mutationCache: new MutationCache({ onError: whenOver }),
  defaultOptions: {
    queries: {
      staleTime: 2000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof Refused && error.status === 0,
    },
  },
});
// the contact sheet is asked for beside what it waits for
if (location.pathname === "/") void queries.prefetchQuery({ queryKey: ["shots"], queryFn: () => get<ShotCard[]>("/shots") });

createRoot(document.getElementById("studio")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
