import { useEffect, useRef } from "react";
import type { Group } from "./keys";

/** All keys, as the table that they act from says. */
export function Help({ groups, close }: { groups: readonly Group[]; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} onClose={close} aria-label="Keys" className="keys">
      <div className="row">
        <h2>Keys</h2>
        <button type="button" className="right" onClick={() => dialog.current?.close()} autoFocus>Close</button>
      </div>
      <div className="keygroups">
        {groups.map((group) => (
          <section key={group.name}>
            <h3>{group.name}</h3>
            <dl>
              {group.keys.map((one) => (
                <div key={one.shows}>
                  <dt><kbd>{one.shows}</kbd></dt>
                  <dd>{one.does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
