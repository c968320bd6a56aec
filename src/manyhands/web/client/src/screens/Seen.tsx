import { useEffect, useRef, useState } from "react";
import { type Mark, type PeopleShown, type SeenShown, type ShotCard, post } from "../api";
import { Sketch } from "../player/Sketch";
import { Asking, Choose, Dialog, Field, useAct } from "./RoomParts";

type Box = [left: number, top: number, width: number, height: number];
const NOBODY = "nobody recognisable", UNNAMED = "somebody whom nobody has named";

/** Who is seen in a shot, marked by a box on one frame (drawn, or in numbers), which is followed from there. */
export function SeenDialog({ shots, shot: asked, people, close }: { shots: readonly ShotCard[]; shot: string; people: PeopleShown; close: () => void }) {
  const [shot, setShot] = useState(shots.some((one) => one.id === asked) ? asked : shots[0]!.id);
  const [who, setWho] = useState("");
  const [what, setWhat] = useState("face");
  const [hidden, setHidden] = useState(false);
  const [box, setBox] = useState<Box | null>(null);
  const [why, setWhy] = useState("");
  const frames = shots.find((one) => one.id === shot)!.frames;
  const [frame, setFrame] = useState(frames.first);
  const at = Math.min(frames.last, Math.max(frames.first, frame));
  const drawn = what !== "voice" ? box : null;
  const act = useAct(
    () =>
      who === NOBODY
        ? post<SeenShown>("/people/nobody", { shot, why })
        : post<SeenShown>("/people/seen", { shot, who: who === UNNAMED ? "" : who, what, is_recognisable: !hidden, ...(drawn ? { box: drawn, at } : {}) }),
    close,
  );
  const source = `/api/shots/${encodeURIComponent(shot)}/frames/${at}/plate.jpg`;
  const [shown, setShown] = useState(""); // no box is drawn on a frame that is not there yet
  const holder = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => entry && setSize({ width: entry.contentRect.width, height: entry.contentRect.height }));
    if (holder.current) watch.observe(holder.current);
    return () => watch.disconnect();
  }, []);
  const marks: Mark[] = drawn ? [{ shape: "box", colour: "#e6a65c", points: [[drawn[0], drawn[1]], [drawn[0] + drawn[2], drawn[1] + drawn[3]]] }] : [];
  return (
    <Dialog title="Who is seen" close={close} wide>
      <Asking act={act} says="Say so" close={close} ready={!!who && (who !== NOBODY || !!why.trim())}>
        <div className="twocolumns seenform">
          <div>
            <div className="seenframe" ref={holder}>
              <img src={source} alt={`Frame ${at} of ${shot}`} draggable={false} onLoad={() => setShown(source)} />
              <Sketch
                box={{ x: 0, y: 0, ...size }}
                marks={marks}
                tool={who !== NOBODY && what !== "voice" && shown === source ? "box" : null}
                add={(mark) => {
                  const [a, b] = [mark.points[0]!, mark.points.at(-1)!];
                  const made: Box = [Math.min(a[0]!, b[0]!), Math.min(a[1]!, b[1]!), Math.abs(a[0]! - b[0]!), Math.abs(a[1]! - b[1]!)];
                  setBox(made[2] > 0.005 && made[3] > 0.005 ? (made.map((one) => Number(one.toFixed(4))) as Box) : null);
                }}
              />
            </div>
            <label>
              Frame {at}
              <input className="line" type="range" min={frames.first} max={frames.last} value={at} onChange={(event) => setFrame(Number(event.target.value))} />
            </label>
          </div>
          <div>
            <Choose says="Shot" value={shot} set={(next) => (setShot(next), setBox(null))} of={shots.map((one) => one.id)} />
            <label>
              Who{" "}
              <select value={who} onChange={(event) => setWho(event.target.value)} required>
                <option value="">who?</option>
                {people.parties.filter((one) => one.name).map((one) => <option key={one.id}>{one.name}</option>)}
                <option>{UNNAMED}</option>
                <option>{NOBODY}</option>
              </select>
            </label>
            {who === NOBODY ? (
              <Field says="How you know" value={why} set={setWhy} required most={2000} lines={2} hint="an empty street, looked through" />
            ) : (
              <>
                <Choose says="Of them, their" value={what} set={setWhat} of={["face", "voice", "body"]} />
                <label className="choice">
                  <input type="checkbox" checked={hidden} onChange={(event) => setHidden(event.target.checked)} /> <span>They cannot be recognised</span>
                </label>
                {what !== "voice" && (
                  <fieldset>
                    <legend>Where in frame {at}, in shares of the picture</legend>
                    <p className="quiet">Draw a box on the picture, or write it. It is followed from this frame both ways. Without a box all of it counts.</p>
                    <div className="row">
                      {(["left", "top", "width", "height"] as const).map((name, index) => (
                        <label key={name} className="inline">
                          {name}
                          <input
                            type="number"
                            min={0}
                            max={1}
                            step={0.0001}
                            value={box?.[index] ?? ""}
                            onChange={(event) => setBox(Object.assign([...(box ?? [0.4, 0.3, 0.2, 0.3])], { [index]: Number(event.target.value) }) as Box)}
                          />
                        </label>
                      ))}
                      {box && <button type="button" onClick={() => setBox(null)}>No box</button>}
                    </div>
                  </fieldset>
                )}
              </>
            )}
          </div>
        </div>
      </Asking>
    </Dialog>
  );
}
