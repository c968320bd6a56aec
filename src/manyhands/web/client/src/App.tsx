import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Link, Route, Switch, useLocation } from "wouter";
import { type Production, type Session, get, put } from "./api";
import { isOpen, listen, useLive } from "./live";
import { AccountMenu } from "./screens/Account";
import { Anywhere } from "./screens/Anywhere";
import { Begin } from "./screens/Begin";
import { InRoom, RoomLinks } from "./screens/Rooms";
import { GuestPage } from "./screens/GuestPage";
import { Invitation } from "./screens/Invitation";
import { Login } from "./screens/Login";
import { ShotPage } from "./screens/ShotPage";
import { Shots } from "./screens/Shots";
import { Teach } from "./screens/Teach";
import { VerifyPage } from "./screens/Verify";
import { Trouble, WorkBar } from "./parts";
import { useQueryClient } from "@tanstack/react-query";

/** Guests and those who are invited come by doors of their own; in a team everybody else logs in first. */
export function App() {
  return (
    <Switch>
      <Route path="/share/:token">{({ token }) => <GuestPage key={token} token={token} />}</Route>
      <Route path="/invitation">
        <Invitation />
      </Route>
      <Route>
        <Inside />
      </Route>
    </Switch>
  );
}

function Inside() {
  const { data, error, isPending } = useQuery({ queryKey: ["session"], queryFn: () => get<Session>("/session") });
  if (isPending) return <main className="empty" aria-busy="true">Opening the studio …</main>;
  if (!data) return <main className="empty"><Trouble error={error} /></main>;
  return data.is_team && !data.name ? <Login /> : <Studio />;
}

function Studio() {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
  const { data, error, isPending } = useQuery({ queryKey: ["production"], queryFn: () => get<Production>("/production"), meta: { settled: true } });
  if (isPending) return <main className="empty" aria-busy="true">Opening the studio …</main>;
  if (error || !data) return <main className="empty"><Trouble error={error} /></main>;
  if (!data.name || !data.me) return <Begin production={data} />;
  return (
    <>
      <a className="skip" href="#page">To the page</a>
      <Bar production={data} />
      <Anywhere production={data} />
      <main id="page">
        <Switch>
          <Route path="/">
            <Shots production={data} />
          </Route>
          <Route path="/shots/:id/teach">{({ id }) => <Teach key={id} id={id} production={data} />}</Route>
          <Route path="/shots/:id/:mode?">{({ id, mode }) => <ShotPage key={id} id={id} mode={mode ?? "note"} production={data} />}</Route>
          <Route path="/rooms/:room/:part?">{({ room, part }) => <InRoom room={room} part={part ?? ""} production={data} />}</Route>
          <Route path="/verify">
            <VerifyPage />
          </Route>
          <Route>
            <div className="empty">
              <h1>There is no such page.</h1>
              <Link href="/">Back to the shots</Link>
            </div>
          </Route>
        </Switch>
      </main>
    </>
  );
}

function Bar({ production }: { production: Production }) {
  const { connected, orders } = useLive();
  const [path] = useLocation();
  const working = [...orders.values()].filter(isOpen);
  return (
    <header className="bar">
      <Link href="/" className="brand" aria-current={path === "/" ? "page" : undefined}>
        <b>Manyhands</b> <span>{production.name}</span>
      </Link>
      <RoomLinks />
      <Link href="/verify" className="quiet" aria-current={path === "/verify" ? "page" : undefined}>Verify</Link>
      <div className="working" aria-live="polite">
        {working.slice(0, 2).map((one) => (
          <WorkBar key={one.order.id} standing={one} />
        ))}
        {working.length > 2 && <span className="quiet">and {working.length - 2} more</span>}
      </div>
      {!connected && <span className="offline" role="status">Not connected: what is being made goes on</span>}
      {production.is_team ? <AccountMenu production={production} /> : <Me production={production} />}
    </header>
  );
}

function Me({ production }: { production: Production }) {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  return (
    <div className="me">
      <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {production.me} <span className="quiet">{production.roles.join(", ") || "not a member"}</span>
      </button>
      {open && (
        <ul className="menu">
          {production.people.map((one) => (
            <li key={one.name}>
              <button
                type="button"
                aria-pressed={one.name === production.me}
                onClick={async () => {
                  await put("/me", { name: one.name });
                  setOpen(false);
                  void queries.invalidateQueries();
                }}
              >
                {one.name} <span className="quiet">{one.roles.join(", ")}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
