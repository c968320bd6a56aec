import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { Refused } from "./api";
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

createRoot(document.getElementById("studio")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
