import { useState } from "react";
import { type Reversed, post } from "../api";
import { Asking, Dialog, Field, Leave, useAct } from "./RoomParts";

/** Takes a transaction back; who was paid too much by that is told before it is left. */
export function TakeBack({ transaction, close }: { transaction: string; close: () => void }) {
  const [why, setWhy] = useState("");
  const act = useAct(() => post<Reversed>("/ledger/reversals", { transaction, why }), (made) => made.overpaid.length === 0 && close());
  return (
    <Dialog title={act.data ? "It is taken back" : "Take a transaction back"} close={close}>
      <p className="id">{transaction}</p>
      {act.data ? (
        <>
          {act.data.overpaid.map((one) => <p key={one} className="finding" role="status">{one}</p>)}
          <div className="actions"><Leave close={close} says="Close" /></div>
        </>
      ) : (
        <Asking act={act} says="Take it back" close={close} danger ready={!!why.trim()}>
          <p>What was booked stays in its place; entries of their own turn each amount round.</p>
          <Field says="Why? It stands with it for good" value={why} set={setWhy} required most={2000} lines={2} />
        </Asking>
      )}
    </Dialog>
  );
}
