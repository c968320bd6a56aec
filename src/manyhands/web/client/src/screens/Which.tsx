import { useEffect, useState } from "react";
import { named } from "../player/Strip";
import type { Range } from "../player/transport";

/** Of which frames a comment is: of those between in and out where they are marked, or of the one on the screen. */
export function useWhich(range: Range | null, frame: number, answers: string) {
  const [isOfFrame, setOfFrame] = useState(false);
  useEffect(() => setOfFrame(false), [range]);
  const of: Range = range && !isOfFrame && !answers ? range : { first: frame, last: frame };
  const says = answers ? "Your answer" : of.last > of.first ? `On frames ${named(of)}` : `On frame ${of.first}`;
  const choose = answers ? null : range ? (
    <div className="row" role="radiogroup" aria-label="Of which frames">
      <label className="inline"><input type="radio" name="of" checked={!isOfFrame} onChange={() => setOfFrame(false)} /> in to out, {named(range)}</label>
      <label className="inline"><input type="radio" name="of" checked={isOfFrame} onChange={() => setOfFrame(true)} /> frame {frame}</label>
    </div>
  ) : (
    <p className="quiet">Mark in and out (<kbd>I</kbd> <kbd>O</kbd>) to speak of some frames.</p>
  );
  return { of, says, choose };
}

/** The frames that a comment is of: a press goes there, another plays them. */
export function Spoken({ of, go }: { of: Range; go: (frame: number, last?: number) => void }) {
  return (
    <>
      <button type="button" className="small" onClick={() => go(of.first)} aria-label={`Go to frame${of.last > of.first ? "s" : ""} ${named(of)}`}>
        {named(of)}
      </button>{" "}
      {of.last > of.first && (
        <button type="button" className="small" onClick={() => go(of.first, of.last)} aria-label={`Play ${named(of)}`} title="Play these frames (R)">▶</button>
      )}{" "}
    </>
  );
}
