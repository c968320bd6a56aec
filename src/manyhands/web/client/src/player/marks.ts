// In and out marks, kept for a shot while its tab is open: they last over a reload and from one take to the next, and do
// not follow an address to somebody else, who has marks of their own.

import type { Range } from "./transport";

const PLACE = "manyhands.marks";

export function keptMark(shot: string, whole: Range): Range | null {
  const [first, last] = (sessionStorage.getItem(`${PLACE}.${shot}`) ?? "").split(":").map(Number);
  const isWithin = first !== undefined && last !== undefined && whole.first <= first && first <= last && last <= whole.last;
  return isWithin ? { first, last } : null;
}

export function keepMark(shot: string, mark: Range | null) {
  if (mark) sessionStorage.setItem(`${PLACE}.${shot}`, `${mark.first}:${mark.last}`);
  else sessionStorage.removeItem(`${PLACE}.${shot}`);
}
