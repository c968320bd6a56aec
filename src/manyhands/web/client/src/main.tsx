import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Refused, type ShotCard, get } from "./api";
import { listen } from "./live";
import "./style.css";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => failures < 2 && error instanceof Refused && error.status === 0,
    },
  },
});
listen(queries);
// the contact sheet is asked for beside what it waits for
if (location.pathname === "/") void queries.prefetchQuery({ queryKey: ["shots"], queryFn: () => get<ShotCard[]>("/shots") });

createRoot(document.getElementById("studio")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
