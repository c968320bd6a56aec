import { useQuery } from "@tanstack/react-query";
import { startTransition, useEffect, useRef, useState } from "react";
import { Link } from "wouter";
import { type Production, type ShotCard, get } from "../api";
import { useConnected } from "../live";
import { HandsBar, Trouble } from "../parts";
import { chosen } from "../dropped";
import { offer } from "./Anywhere";

const FIRST = 40; // more than a screen holds: they are drawn at once
const MORE = 80; // and the others behind them, a few at a time, so that the page answers meanwhile

/** The contact sheet of the production: where each shot stands, whose hands are in it, what waits for whom. */
export function Shots({ production }: { production: Production }) {
  const { data, error, isPending } = useQuery({ queryKey: ["shots"], queryFn: () => get<ShotCard[]>("/shots") });
  const [waiting, setWaiting] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const may = production.may.includes("source") && production.may.includes("shot");
  const shown = (data ?? []).filter((one) => !waiting || one.waits);
  const [many, setMany] = useState(FIRST);
  useEffect(() => {
    if (many >= shown.length) return;
    const soon = window.setTimeout(() => startTransition(() => setMany(many + MORE)), 30);
    return () => window.clearTimeout(soon);
  }, [many, shown.length]);
  return (
    <div className="sheet">
      <div className="sheethead">
        <h1>Shots</h1>
        <span className="quiet">{data ? `${data.length}` : ""}</span>
        <label className="inline">
          <input type="checkbox" checked={waiting} onChange={(event) => setWaiting(event.target.checked)} /> only what waits
        </label>
        {may && (
          <>
            <button type="button" className="main" onClick={() => chooser.current?.click()}>
              Bring a clip in
            </button>
            <button type="button" onClick={() => folder.current?.click()}>
              A folder of pictures
            </button>
            <input
              ref={chooser}
              type="file"
              hidden
              multiple
              accept="video/*,image/*,.mxf,.exr,.dpx,.mov,.mkv"
              data-testid="chooser"
              onChange={(event) => {
                const files = [...(event.target.files ?? [])];
                if (files.length) offer(() => chosen(files));
                event.target.value = "";
              }}
            />
            <input
              ref={folder}
              type="file"
              hidden
              data-testid="folder"
              {...{ webkitdirectory: "" }}
              onChange={(event) => {
                const files = [...(event.target.files ?? [])];
                if (files.length) offer(() => chosen(files));
                event.target.value = "";
              }}
            />
          </>
        )}
      </div>
      <Trouble error={error} />
      {isPending && <p className="quiet" aria-busy="true">Looking …</p>}
      {data?.length === 0 && (
        <div className="dropzone">
          <p className="large">Drop a clip here to begin.</p>
          <p className="quiet">A movie, a still, or a folder of numbered pictures. It stays on this machine.</p>
        </div>
      )}
      <ol className="cards">
        {shown.slice(0, many).map((shot) => (
          <li key={shot.id}>
            <Link href={`/shots/${shot.id}${shot.standing === "taken" ? "/decide" : shot.standing === "approved" ? "/deliver" : ""}`} className="shot">
              <Thumb src={shot.picture} alt={`${shot.id}: ${shot.note || "the plate"}`} />
              <span className="row">
                <b>{shot.id}</b> <span className={`standing ${shot.standing}`}>{shot.standing}</span>
                <span className="quiet right">{shot.frames.last - shot.frames.first + 1} frames</span>
              </span>
              <HandsBar parts={shot.extent} slim />
              <span className="note">{shot.note || "no note yet"}</span>
              {shot.waits && <span className="waits">waits {shot.waits}</span>}
            </Link>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** A shot's picture; one that did not come is asked for again when the studio answers again. */
function Thumb({ src, alt }: { src: string; alt: string }) {
  const connected = useConnected();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (connected) setFailed(false);
  }, [connected, src]);
  if (failed) return <span className="nopicture quiet">no picture yet</span>;
  return <img src={src} alt={alt} loading="lazy" width={480} height={270} onError={() => setFailed(true)} />;
}
