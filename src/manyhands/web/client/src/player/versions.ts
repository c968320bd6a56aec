// What is on the screen: which version lies on top, which beneath, and the rows of their pictures.

import { useEffect, useRef, useState } from "react";
import { FrameRow } from "./frames";

export type Version = {
  id: string;
  name: string;
  /** What was decided on it, in a word or two. */
  standing?: string;
  url: (frame: number) => string;
  hands?: (frame: number) => string;
  /** The frame at its own size and without loss, where it may be seen so. */
  still?: (frame: number) => string;
  handsStill?: (frame: number) => string;
  take?: string;
};

/** Who lies on top and who beneath; what comes anew to the screen is what one wants to see. */
export function useOrder(versions: readonly Version[]) {
  const ids = versions.map((one) => one.id);
  const [pair, setPair] = useState({ top: "", below: "" });
  const [seen, setSeen] = useState(ids);
  const top = versions.find((one) => one.id === pair.top) ?? versions[0]!;
  const others = versions.filter((one) => one !== top);
  const below = others.find((one) => one.id === pair.below) ?? others[0];
  if (seen.join(" ") !== ids.join(" ")) {
    const fresh = ids.find((id) => !seen.includes(id));
    setSeen(ids);
    if (fresh && ids.some((id) => seen.includes(id))) setPair({ top: fresh, below: top.id });
  }
  return {
    top,
    below,
    order: [top, ...(below ? [below] : []), ...others.filter((one) => one !== below)] as readonly Version[],
    swap: () => below && setPair({ top: below.id, below: top.id }),
    /** Bring one to the top; what lay there lies beneath it. */
    bring: (index: number): boolean => {
      const wanted = versions[index];
      if (wanted && wanted !== top) setPair({ top: wanted.id, below: top.id });
      return !!wanted;
    },
  };
}

/** The rows of pictures of what is on the screen; one that stays keeps what it has fetched. */
export function useRows(versions: readonly Version[], first: number, last: number) {
  const kept = useRef(new Map<string, FrameRow>());
  const row = (name: string, url: (frame: number) => string): FrameRow => {
    const key = `${name} ${first} ${last}`;
    let found = kept.current.get(key);
    if (!found) kept.current.set(key, (found = new FrameRow(url, first, last)));
    found.rows = versions.length;
    return found;
  };
  const rowOf = (one: Version) => row(`picture ${one.id}`, one.url);
  const handsRowOf = (one: Version) => row(`hands ${one.id}`, one.hands!);
  useEffect(() => {
    const used = new Set(versions.flatMap((one) => [`picture ${one.id} ${first} ${last}`, `hands ${one.id} ${first} ${last}`]));
    for (const [key, one] of kept.current) {
      if (used.has(key)) continue;
      one.close();
      kept.current.delete(key);
    }
  });
  return { rowOf, handsRowOf };
}
