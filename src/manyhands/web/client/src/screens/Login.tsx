import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { post } from "../api";
import { Trouble } from "../parts";

/** The door of a team: a name and a password, and nothing about what is behind it. */
export function Login() {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => post("/session", { name, password }),
    onSuccess: () => queries.resetQueries(), // nothing that another person saw in this browser is shown
  });
  return (
    <main className="empty">
      <form
        className="card begin"
        onSubmit={(event) => {
          event.preventDefault();
          login.mutate();
        }}
      >
        <h1>Log in</h1>
        <p className="quiet">Everything that is decided here bears a person's name.</p>
        <label>
          Your name
          <input value={name} onChange={(event) => setName(event.target.value)} autoComplete="username" required maxLength={200} autoFocus />
        </label>
        <label>
          Password
          <input type="password" value={password} onChange={(event) => setPassword(event.target.value)} autoComplete="current-password" required maxLength={256} />
        </label>
        <Trouble error={login.error} />
        <button type="submit" className="main" disabled={!name.trim() || !password || login.isPending}>
          {login.isPending ? "Logging in …" : "Log in"}
        </button>
        <p className="quiet">No account, or the password is lost? A director or producer invites you.</p>
      </form>
    </main>
  );
}
