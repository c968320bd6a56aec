import { useEffect, useState } from "react";
import type { Production } from "../api";
import { type Material, dropped } from "../dropped";
import { Trouble } from "../parts";
import { TakeIn } from "./TakeIn";

const OFFERED = "manyhands-offered";

/** Bring in what a button chose. */
export const offer = (what: () => Material) => window.dispatchEvent(new CustomEvent(OFFERED, { detail: what }));

/** Whatever is dropped on the studio, on whichever page, is brought in. */
export function Anywhere({ production }: { production: Production }) {
  const [what, setWhat] = useState<Material | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [over, setOver] = useState(false);
  const may = production.may.includes("source") && production.may.includes("shot");
  useEffect(() => {
    const take = (material: Promise<Material>) => {
      setError(null);
      material.then(setWhat).catch(setError);
    };
    const isFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const drag = (event: DragEvent) => {
      if (!isFiles(event)) return;
      event.preventDefault();
      setOver(may);
    };
    const left = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      if (!isFiles(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver(false);
      if (may && !document.querySelector("dialog[open]")) take(dropped(event.dataTransfer));
    };
    const asked = (event: Event) => take(Promise.resolve().then((event as CustomEvent<() => Material>).detail));
    const heard = { dragover: drag, dragleave: left, drop, [OFFERED]: asked } as Record<string, (event: never) => void>;
    for (const [name, one] of Object.entries(heard)) window.addEventListener(name, one as EventListener);
    return () => {
      for (const [name, one] of Object.entries(heard)) window.removeEventListener(name, one as EventListener);
    };
  }, [may]);
  return (
    <>
      {over && <div className="dropnow">Drop a clip, or a folder of pictures</div>}
      {error !== null && (
        <div className="dropfailed">
          <Trouble error={error} />
          <button type="button" className="small" onClick={() => setError(null)}>Close</button>
        </div>
      )}
      {what && <TakeIn key={what.name} what={what} production={production} done={() => setWhat(null)} />}
    </>
  );
}
