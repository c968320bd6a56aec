import { Link } from "wouter";

const MODES = [
  { mode: "note", name: "Note" },
  { mode: "teach", name: "Teach" },
  { mode: "decide", name: "Decide" },
  { mode: "deliver", name: "Deliver" },
] as const;

/** What can be done with a shot, beside its picture. */
export function Tabs({ id, mode }: { id: string; mode: string }) {
  return (
    <nav className="tabs" aria-label="What to do">
      {MODES.map((one) => (
        <Link key={one.mode} href={one.mode === "note" ? `/shots/${id}` : `/shots/${id}/${one.mode}`} aria-current={mode === one.mode ? "page" : undefined}>
          {one.name}
        </Link>
      ))}
    </nav>
  );
}
