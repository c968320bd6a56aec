import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { type Session, post, put } from "../api";
import { Trouble } from "../parts";

/** An invitation opens once: its person chooses a password.  What it says after the # goes in no address to anybody. */
export function Invitation() {
  const queries = useQueryClient();
  const [, go] = useLocation();
  const [token] = useState(() => window.location.hash.slice(1));
  const [password, setPassword] = useState("");
  const [seen, setSeen] = useState(false);
  const { data, error, isPending } = useQuery({ queryKey: ["joining", token], queryFn: () => post<Session>("/joining", { token }), staleTime: Infinity, retry: false });
  const join = useMutation({
    mutationFn: () => put<Session>("/joining", { token, password }),
    onSuccess: () => {
      queries.removeQueries({ queryKey: ["joining"] });
      go("/", { replace: true });
      void queries.resetQueries();
    },
  });
  if (isPending) return <main className="empty" aria-busy="true">Opening the invitation …</main>;
  if (!data)
    return (
      <main className="empty">
        <h1>This invitation opens nothing any more.</h1>
        <Trouble error={error} />
        <Link href="/">To the studio</Link>
      </main>
    );
  return (
    <main className="empty">
      <form
        className="card begin"
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate();
        }}
      >
        <h1>Welcome, {data.name}</h1>
        <p className="quiet">Choose a password: 12 letters or more. A sentence that only you would say is easy to keep in mind.</p>
        <input type="text" value={data.name} autoComplete="username" readOnly hidden />
        <label>
          Password
          <input type={seen ? "text" : "password"} value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="new-password" required minLength={12} maxLength={256} autoFocus />
        </label>
        <label className="inline">
          <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.target.checked)} /> Show it
        </label>
        <Trouble error={join.error} />
        <button type="submit" className="main" disabled={password.length < 12 || join.isPending}>
          {join.isPending ? "Coming in …" : "Come in"}
        </button>
      </form>
    </main>
  );
}
