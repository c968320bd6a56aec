import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Production, post, put } from "../api";
import { Trouble } from "../parts";

/** The first minute: what the production is called, and who sits here. */
export function Begin({ production }: { production: Production }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [by, setBy] = useState(production.me);
  const isNew = !production.name;
  const begin = useMutation({
    mutationFn: () => (isNew ? post("/production", { name, by }) : put("/me", { name: by })),
    onSuccess: () => queries.invalidateQueries(),
  });
  return (
    <main className="empty">
      <form
        className="card begin"
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        <h1>{isNew ? "A new production" : production.name}</h1>
        <p className="quiet">
          {isNew ? `It will lie in ${production.folder}.` : "Everything that is decided here bears a person's name."}
        </p>
        {isNew && (
          <label>
            What is it called?
            <input value={name} onChange={(event) => setName(event.target.value)} placeholder="The working title" autoFocus maxLength={200} />
          </label>
        )}
        <label>
          Who are you?
          <input value={by} onChange={(event) => setBy(event.target.value)} placeholder="Your name, as the record is to show it" required maxLength={200} list="people" />
          <datalist id="people">
            {production.people.map((one) => (
              <option key={one.name} value={one.name} />
            ))}
          </datalist>
        </label>
        <Trouble error={begin.error} />
        <button type="submit" className="main" disabled={!by.trim() || begin.isPending}>
          {isNew ? "Begin" : "Sit down"}
        </button>
      </form>
    </main>
  );
}
