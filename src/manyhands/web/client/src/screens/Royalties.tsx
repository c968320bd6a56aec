import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type Money, type Production, type SharedBefore, type Split, get, post, refused } from "../api";
import { Trouble } from "../parts";
import { Allowed, Asking, Choose, Field, Loaded, MoneyField, Rows, useAct } from "./RoomParts";
import { TakeBack } from "./TakeBack";

type Income = { amount: string; currency: string; about: string; received_on: string; cut: string; keys: string };

/** What a film brought in is shared: the split is seen first, by whom and by what, and then booked just so. */
export function SharesPart({ production }: { production: Production }) {
  return (
    <>
      <Allowed act="royalties" to="share what came in" production={production}>
        <h2>Share what came in</h2>
        <p className="quiet">Wages that are owed are put aside first. The rest goes by screen time, and in each shot by whose light it is; a trained model's part to those who taught it, as measured or agreed.</p>
        <Sharing />
      </Allowed>
      <Before production={production} />
    </>
  );
}

function Sharing() {
  const [income, setIncome] = useState<Income>({ amount: "", currency: "EUR", about: "", received_on: "", cut: "", keys: "" });
  const { data: money } = useQuery({ queryKey: ["money"], queryFn: () => get<Money>("/ledger/money"), staleTime: Infinity });
  const look = useMutation({ mutationFn: (wish: Income) => post<Split>("/royalties/draft", wish) });
  const book = useAct((seen: Split) => post<Split>("/royalties", { ...look.variables, looked_at: seen.stamp }), () => look.reset());
  const set = (some: Partial<Income>) => {
    setIncome({ ...income, ...some });
    look.reset();
    book.reset();
  };
  const seen = look.data;
  return (
    <>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          look.mutate(income);
        }}
      >
        <div className="row tools income">
          <MoneyField says="What came in" value={income.amount} set={(amount) => set({ amount })} />
          <Choose says="Currency" value={income.currency} set={(currency) => set({ currency })} of={money?.currencies ?? ["EUR"]} />
          <Field says="By whose account, for when" value={income.about} set={(about) => set({ about })} required most={500} hint="a cinema, May" />
          <Field says="Received on" value={income.received_on} set={(received_on) => set({ received_on })} type="date" />
        </div>
        <details>
          <summary>The film's cut, and agreed keys</summary>
          <TextFile says="The film's pieces: a CSV file with shot, first, last" accept=".csv,text/csv" set={(cut) => set({ cut })} />
          <TextFile says="Who trained models' shares go to: a TOML file" accept=".toml" set={(keys) => set({ keys })} />
          <p className="quiet">Without a cut every accepted take counts with all its frames. A key that is given goes before what was measured, and is told as agreed.</p>
        </details>
        <Trouble error={look.error} />
        {look.error && <p><Link href="/rooms/ledger/valuing">What each painter gave to a model is found under Valuing</Link></p>}
        <div className="actions">
          <button type="submit" disabled={look.isPending || !income.amount.trim() || !income.about.trim()}>{look.isPending ? "Working it out …" : "See the split"}</button>
        </div>
      </form>
      {seen && (
        <section aria-label="How it would be shared">
          <SplitTable split={seen} />
          {seen.hindered ? (
            <>
              <Trouble error={refused(seen.hindered)} />
              <p><Link href="/rooms/ledger/wages">Book the wages first</Link></p>
            </>
          ) : (
            <Asking act={{ ...book, mutate: () => book.mutate(seen) }} says={`Share ${seen.received} like this`}>
              <p className="quiet">Nothing is booked yet. Once it is, all by which every payee can find their figure again is published with it.</p>
            </Asking>
          )}
        </section>
      )}
      {book.data && (
        <section role="status">
          <p className="good">
            Booked as <code>{book.data.transaction}</code>. <a href={`/api/royalties/${book.data.transaction}/published`} download>What was published with it</a> · <Link href="/rooms/ledger/check">Check the ledger</Link>
          </p>
          <SplitTable split={book.data} />
        </section>
      )}
    </>
  );
}

function TextFile({ says, accept, set }: { says: string; accept: string; set: (text: string) => void }) {
  return (
    <label>
      {says} <input type="file" accept={accept} onChange={(event) => void (event.target.files?.[0]?.text().then(set) ?? set(""))} />
    </label>
  );
}

function SplitTable({ split }: { split: Split }) {
  return (
    <>
      <p className="large">
        {split.received} came in{split.aside && `; ${split.aside} of it ${split.is_booked ? "is" : "would be"} put aside for wages that are owed`}.
      </p>
      <Rows caption="Who has what of it" heads={["Who", "Amount", "Of the film", "How it is come by"]} count={split.payees.length} empty={<p>All of it is put aside for wages.</p>}>
        {split.payees.map((one) => (
          <tr key={one.name}>
            <th scope="row">{one.is_held ? <span className="finding">held in escrow</span> : one.name}{one.is_house && <p className="quiet">what the production keeps</p>}</th>
            <td className="money">{one.amount}</td>
            <td className="money">{one.share}</td>
            <td className="wide">{one.how}</td>
          </tr>
        ))}
      </Rows>
      {split.stopped.length > 0 && (
        <>
          <h3>Waits in escrow since a withdrawal</h3>
          <ul className="why">{split.stopped.map((one) => <li key={one.name}>{one.name}: {one.why}.</li>)}</ul>
        </>
      )}
      <details>
        <summary>Shot by shot: screen time, whose hands, and what was measured or agreed</summary>
        <ul className="counts" aria-label="Screen time">{split.screen_time.map((one) => <li key={one.shot}><b>{one.share}</b> {one.shot}</li>)}</ul>
        <Rows caption="Shot by shot" heads={["Shot", "Hand", "Goes to", "Of the film", "By what"]} count={split.parts.length} empty={null}>
          {split.parts.map((one, index) => (
            <tr key={index}>
              <th scope="row">{one.shot}<p className="quiet">{one.take}</p></th>
              <td className="wide">{one.hand || "nobody's light"}</td>
              <td>{one.freed_by ? <span className="finding">held; was {one.freed_by}'s</span> : one.payee}</td>
              <td className="money">{one.share}</td>
              <td className="wide">{one.how}</td>
            </tr>
          ))}
        </Rows>
        {split.parts_in_all > split.parts.length && <p className="quiet">and {split.parts_in_all - split.parts.length} more, all in what is published</p>}
      </details>
    </>
  );
}

function Before({ production }: { production: Production }) {
  const [taking, setTaking] = useState("");
  const found = useQuery({ queryKey: ["shared before"], queryFn: () => get<SharedBefore[]>("/royalties") });
  return (
    <>
      <h2>Shared before</h2>
      <Loaded of={found}>
        {(data) => (
          <Rows caption="What was shared before" heads={["Day", "What came in", "What it was", "Stands", ""]} count={data.length} empty={<p>Nothing was shared yet.</p>}>
            {data.map((one) => (
              <tr key={one.transaction} className={one.is_taken_back ? "settled" : undefined}>
                <td className="nowrap">{one.at.slice(0, 10)}</td>
                <td className="money">{one.received}</td>
                <td className="wide">{one.about}<p className="id">{one.transaction}</p></td>
                <td>{one.is_taken_back ? <span className="finding">taken back</span> : "yes"}</td>
                <td>
                  <span className="row nowrap">
                    {one.has_file && <a className="button" href={`/api/royalties/${one.transaction}/published`} download>How it was shared</a>}
                    {!one.is_taken_back && production.may.includes("reverse") && <button type="button" className="small" onClick={() => setTaking(one.transaction)} aria-label={`Take back ${one.about}`}>Take back …</button>}
                  </span>
                </td>
              </tr>
            ))}
          </Rows>
        )}
      </Loaded>
      {taking && <TakeBack transaction={taking} close={() => setTaking("")} />}
    </>
  );
}
