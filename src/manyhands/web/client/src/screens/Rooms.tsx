// The rooms of the studio beside the shots: rights, people, rules, money, and one's own page.

import { Link, useLocation } from "wouter";
import type { Production } from "../api";
import { ROOM_NAMES } from "../parts";
import { LedgerRoom } from "./Ledger";
import { MyPage } from "./Mine";
import { PeopleRoom } from "./People";
import { PoliciesRoom } from "./Policies";
import { RightsRoom } from "./Rights";

const ROOMS = { mine: MyPage, rights: RightsRoom, people: PeopleRoom, policies: PoliciesRoom, ledger: LedgerRoom };

export function RoomLinks() {
  const [path] = useLocation();
  return (
    <nav className="rooms" aria-label="Rooms">
      <Link href="/" aria-current={path === "/" || path.startsWith("/shots") ? "page" : undefined}>
        Shots
      </Link>
      {Object.entries(ROOM_NAMES).map(([id, name]) => (
        <Link key={id} href={`/rooms/${id}`} aria-current={path.startsWith(`/rooms/${id}`) ? "page" : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}

/** A room, by its address; whoever sits down anew begins it anew. */
export function InRoom({ room, part, production }: { room: string; part: string; production: Production }) {
  const Found = ROOMS[room as keyof typeof ROOM_NAMES];
  if (!Found)
    return (
      <div className="empty">
        <h1>There is no such room.</h1>
        <Link href="/">Back to the shots</Link>
      </div>
    );
  return <Found key={production.me} part={part} production={production} />;
}
