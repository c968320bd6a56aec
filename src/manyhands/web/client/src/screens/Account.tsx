import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { type InvitationMade, type Production, del, post, put } from "../api";
import { Trouble } from "../parts";

type Asked = "password" | "invite" | null;

/** Who is logged in, and what is theirs to do about that. */
export function AccountMenu({ production }: { production: Production }) {
  const [open, setOpen] = useState(false);
  const [asked, setAsked] = useState<Asked>(null);
  const leave = useMutation({
    mutationFn: (path: string) => del(path),
    onSuccess: () => window.location.assign("/"), // nothing of what was seen stays in the page
  });
  const ask = (next: Asked) => {
    setOpen(false);
    setAsked(next);
  };
  return (
    <div className="me" onKeyDown={(event) => event.key === "Escape" && setOpen(false)}>
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {production.me} <span className="quiet">{production.roles.join(", ") || "not a member"}</span>
      </button>
      {open && (
        <ul className="menu">
          {production.may.includes("person") && (
            <li>
              <button type="button" onClick={() => ask("invite")}>Invite somebody …</button>
            </li>
          )}
          <li>
            <button type="button" onClick={() => ask("password")}>Change password …</button>
          </li>
          <li>
            <button type="button" onClick={() => leave.mutate("/session")}>Log out</button>
          </li>
          <li>
            <button type="button" onClick={() => leave.mutate("/sessions")}>Log out everywhere</button>
          </li>
        </ul>
      )}
      {asked === "password" && <ChangePassword me={production.me} done={() => setAsked(null)} />}
      {asked === "invite" && <Invite production={production} done={() => setAsked(null)} />}
    </div>
  );
}

/** What is asked of a person before anything else; Escape leaves it. */
export function Asking({ title, done, children }: { title: string; done: () => void; children: React.ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} onClose={done} aria-label={title}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

function ChangePassword({ me, done }: { me: string; done: () => void }) {
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useMutation({ mutationFn: () => put("/password", { old, new: fresh }) });
  return (
    <Asking title="Change password" done={done}>
      {change.isSuccess ? (
        <>
          <p>It is changed. Every other browser is logged out.</p>
          <div className="actions">
            <button type="button" onClick={done}>Close</button>
          </div>
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            change.mutate();
          }}
        >
          <input type="text" value={me} autoComplete="username" readOnly hidden />
          <label>
            The one that you have
            <input type="password" value={old} onChange={(event) => setOld(event.target.value)} autoComplete="current-password" required maxLength={256} />
          </label>
          <label>
            The new one: 12 letters or more
            <input type="password" value={fresh} onChange={(event) => setFresh(event.target.value)} autoComplete="new-password" required minLength={12} maxLength={256} />
          </label>
          <Trouble error={change.error} />
          <div className="actions">
            <button type="button" onClick={done}>Leave it</button>
            <button type="submit" className="main" disabled={!old || fresh.length < 12 || change.isPending}>Change it</button>
          </div>
        </form>
      )}
    </Asking>
  );
}

const ROLES = ["director", "producer", "ai_supervisor", "creative_technologist", "ml_editor", "artist", "contributor", "guest"];

function Invite({ production, done }: { production: Production; done: () => void }) {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [role, setRole] = useState("artist");
  const known = production.people.find((one) => one.name === name.trim());
  const invite = useMutation({
    mutationFn: () => post<InvitationMade>("/invitations", { name, roles: known ? [] : [role] }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["production"] }),
  });
  return (
    <Asking title="Invite somebody" done={done}>
      {invite.data ? (
        <>
          <p>
            {invite.data.name} chooses a password by this link, once, within {invite.data.days} days:
          </p>
          <TellOnce address={`${window.location.origin}${invite.data.path}`} done={done} />
        </>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            invite.mutate();
          }}
        >
          <label>
            Their name, as the record is to show it
            <input value={name} onChange={(event) => setName(event.target.value)} required maxLength={200} list="members" />
          </label>
          <datalist id="members">
            {production.people.map((one) => (
              <option key={one.name} value={one.name} />
            ))}
          </datalist>
          {known ? (
            <p className="quiet">{known.name} is {known.roles.join(", ")}, and chooses a password anew.</p>
          ) : (
            <label>
              Their role{" "}
              <select value={role} onChange={(event) => setRole(event.target.value)}>
                {ROLES.map((one) => (
                  <option key={one} value={one}>{one.replace("_", " ")}</option>
                ))}
              </select>
            </label>
          )}
          <Trouble error={invite.error} />
          <div className="actions">
            <button type="button" onClick={done}>Leave it</button>
            <button type="submit" className="main" disabled={!name.trim() || invite.isPending}>Make the link</button>
          </div>
        </form>
      )}
    </Asking>
  );
}

/** A link that is shown this one time: only its hash is kept. */
export function TellOnce({ address, done }: { address: string; done: () => void }) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <input ref={field} className="told" value={address} readOnly aria-label="The link" onFocus={(event) => event.target.select()} />
      <p className="quiet">It is shown this one time; nobody can look it up later.</p>
      <div className="actions">
        <span className="quiet" role="status">{copied && "Copied."}</span>
        <button
          type="button"
          onClick={async () => {
            field.current?.select();
            await navigator.clipboard?.writeText(address).then(() => setCopied(true), () => undefined);
          }}
        >
          Copy
        </button>
        <button type="button" onClick={done}>Close</button>
      </div>
    </>
  );
}
