// The strip under the picture: where the play head is, what is marked, and what was said of which frames.

import { useState } from "react";
import type { Range, Transport } from "./transport";

/** Something said of some frames. */
export type Said = Range & { id: string; by: string; text: string; settled: boolean };

/** What was said of the same frames, together: so nothing lies beneath another. */
export function together(said: readonly Said[]): Said[][] {
  const found = new Map<string, Said[]>();
  for (const one of said) found.set(`${one.first}-${one.last}`, [...(found.get(`${one.first}-${one.last}`) ?? []), one]);
  return [...found.values()].sort(([a], [b]) => a!.first - b!.first || b!.last - a!.last);
}

export const named = ({ first, last }: Range) => (last > first ? `${first}–${last}` : `${first}`);

export function Strip({ transport, said }: { transport: Transport; said: readonly Said[] }) {
  const [told, setTold] = useState<Said[] | null>(null);
  const { first, last } = transport.whole;
  const share = (frame: number) => (frame - first) / Math.max(1, last - first);
  const area = (range: Range) => ({ left: `${share(range.first) * 100}%`, right: `${(1 - share(range.last)) * 100}%` });
  return (
    <div className="strip">
      <input
        type="range"
        min={first}
        max={last}
        value={transport.frame}
        onChange={(event) => {
          transport.pause();
          transport.seek(Number(event.target.value));
        }}
        aria-label="Frame"
      />
      <div className="lane">
        {transport.isMarked && <i className="marked" style={area(transport.mark)} />}
        {transport.passage && <i className="marked passage" style={area(transport.passage)} />}
        {together(said).map((some) => {
          const { id } = some[0]!;
          const words = `${named(some[0]!)}: ${some.map((one) => `${one.by}: ${one.text || "drew on it"}`).join("; ")}`;
          return (
            <button
              key={id}
              type="button"
              tabIndex={-1} // N and B go from one to the next, and the list beside the picture has them all
              className={some.every((one) => one.settled) ? "remark settled" : "remark"}
              style={area(some[0]!)}
              aria-label={words}
              onClick={() => {
                transport.pause();
                transport.seek(some[0]!.first);
              }}
              onPointerEnter={() => setTold(some)}
              onPointerLeave={() => setTold(null)}
            />
          );
        })}
        {told && (
          <div className="bubble" role="tooltip" style={share(told[0]!.first) < 0.5 ? { left: `${share(told[0]!.first) * 100}%` } : { right: `${(1 - share(told[0]!.first)) * 100}%` }}>
            <b>{named(told[0]!)}</b>
            {told.slice(0, 5).map((one) => (
              <p key={one.id}>
                <b>{one.by}</b> {one.text || "drew on it"} {one.settled && <span className="quiet">settled</span>}
              </p>
            ))}
            {told.length > 5 && <p className="quiet">and {told.length - 5} more</p>}
          </div>
        )}
      </div>
    </div>
  );
}
