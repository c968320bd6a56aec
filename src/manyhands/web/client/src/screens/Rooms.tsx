// The rooms of the studio beside the shots: rights, people, rules, money, and one's own page.

import { Link, useLocation } from "wouter";
import type { Production } from "../api";
import { LedgerRoom } from "./Ledger";
import { MyPage } from "./Mine";
import { PeopleRoom } from "./People";
import { PoliciesRoom } from "./Policies";
import { RightsRoom } from "./Rights";

const ROOMS = { mine: ["My page", MyPage], rights: ["Rights", RightsRoom], people: ["People", PeopleRoom], policies: ["Policies", PoliciesRoom], ledger: ["Ledger", LedgerRoom] } as const;

export function RoomLinks() {
  const [path] = useLocation();
  return (
    <nav className="rooms" aria-label="Rooms">
      <Link href="/" aria-current={path === "/" || path.startsWith("/shots") ? "page" : undefined}>
        Shots
      </Link>
      {Object.entries(ROOMS).map(([id, [name]]) => (
        <Link key={id} href={`/rooms/${id}`} aria-current={path.startsWith(`/rooms/${id}`) ? "page" : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}

/** A room, by its address; whoever sits down anew begins it anew. */
export function InRoom({ room, part, production }: { room: string; part: string; production: Production }) {
  const found = ROOMS[room as keyof typeof ROOMS];
  if (!found)
    return (
      <div className="empty">
        <h1>There is no such room.</h1>
        <Link href="/">Back to the shots</Link>
      </div>
    );
  const Found = found[1];
  return <Found key={production.me} part={part} production={production} />;
}
