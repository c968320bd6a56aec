import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { type Production, type RateCard, type RateCards, type Unbooked, type WagesShown, get, post } from "../api";
import { Trouble } from "../parts";
import { CardForm } from "./CardForm";
import { Allowed, Asking, Loaded, Rows, minutes, useAct } from "./RoomParts";

/** Rate cards, and the wages of the hours that people said: what they come to is seen before it is booked. */
export function WagesPart({ production }: { production: Production }) {
  const [open, setOpen] = useState<RateCard | null>(null);
  const found = useQuery({ queryKey: ["cards"], queryFn: () => get<RateCards>("/wages/cards") });
  const may = production.may.includes("wages");
  return (
    <Loaded of={found}>
      {(data) => (
        <>
          <h2>Rate cards</h2>
          <p className="quiet">What an hour is paid, from when it is overtime, and the least that a day pays; every figure with its source. None comes along and none is made up.</p>
          <Rows caption="Rate cards" heads={["Card", "Rates", "Overtime", "Least of a day", "Kept by", ""]} count={data.cards.length} empty={<p>No rate card is kept yet. Fill in the empty one: a rate without its source pays nobody.</p>}>
            {data.cards.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.title}<p className="quiet">{one.id}</p></th>
                <td className="wide">{one.rate.map((row, index) => <p key={index}>{row.role}, {row.work}: <span className="figure">{row.currency} {row.per_hour}</span> an hour, from {row.valid_from}</p>)}</td>
                <td className="wide">{one.overtime.map((row, index) => <p key={index}>{row.role}: after {row.after_hours} h a {row.per}, times {row.factor}</p>)}</td>
                <td>{one.minimum.map((row, index) => <p key={index}>{row.role}: {row.hours_a_day} h</p>)}</td>
                <td>{one.by}<p className="quiet">{one.at.slice(0, 10)}</p></td>
                <td><button type="button" className="small" onClick={() => setOpen(one)} aria-label={`${may ? "Change" : "Look at it"}: ${one.title}`}>{may ? "Change …" : "Look at it …"}</button></td>
              </tr>
            ))}
          </Rows>
          <Allowed act="wages" to="keep rate cards and book wages" production={production}>
            <p><button type="button" onClick={() => setOpen(data.template)}>Fill in a card …</button></p>
            <h2>Wages to book</h2>
            <ToBook cards={data.cards} />
          </Allowed>
          {open && <CardForm card={open} words={data} may={may} close={() => setOpen(null)} />}
        </>
      )}
    </Loaded>
  );
}

function ToBook({ cards }: { cards: readonly RateCard[] }) {
  const [card, setCard] = useState("");
  const chosen = cards.some((one) => one.id === card) ? card : cards[0]?.id ?? "";
  const waiting = useQuery({ queryKey: ["unbooked"], queryFn: () => get<Unbooked>("/wages/unbooked") });
  const look = useMutation({ mutationFn: () => get<WagesShown>(`/wages/draft?card=${encodeURIComponent(chosen)}`) });
  const book = useAct((seen: WagesShown) => post<WagesShown>("/wages", { card: seen.card, looked_at: seen.stamp }), () => look.reset());
  const seen = look.data;
  return (
    <Loaded of={waiting}>
      {(data) => (
        <>
          {data.entries === 0 && !book.data && !book.isPending && <p className="nothing">Every hour that somebody said is booked.</p>}
          {data.entries > 0 && (
            <>
              <p>
                {minutes(data.minutes)} of {data.people} {data.people === 1 ? "person" : "people"} are in no wages yet. All of them are booked together; hours come before shares.
              </p>
              {cards.length === 0 ? (
                <p className="quiet">Fill in a rate card first.</p>
              ) : (
                <form
                  className="row tools"
                  onSubmit={(event) => {
                    event.preventDefault();
                    book.reset();
                    look.mutate();
                  }}
                >
                  <label>
                    By the card{" "}
                    <select value={chosen} onChange={(event) => (setCard(event.target.value), look.reset())}>
                      {cards.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
                    </select>
                  </label>
                  <button type="submit" disabled={look.isPending}>{look.isPending ? "Working it out …" : "See what they come to"}</button>
                </form>
              )}
              <Trouble error={look.error} />
            </>
          )}
          {seen && data.entries > 0 && (
            <section aria-label="What is to be booked">
              <WageLines shown={seen} caption="What is to be booked" />
              <Asking act={{ ...book, mutate: () => book.mutate(seen) }} says={`Book ${seen.lines.length} ${seen.lines.length === 1 ? "line" : "lines"}`}>
                <p className="quiet">Nothing is booked yet. What was wrong afterwards is taken back by entries of its own.</p>
              </Asking>
            </section>
          )}
          {book.data && (
            <section role="status">
              <p className="good">Booked. <Link href="/rooms/ledger/entries">The entries</Link></p>
              <WageLines shown={book.data} caption="What was booked" />
            </section>
          )}
        </>
      )}
    </Loaded>
  );
}

function WageLines({ shown, caption }: { shown: WagesShown; caption: string }) {
  const people = shown.sums.filter((one) => one.person), whole = shown.sums.filter((one) => !one.person);
  return (
    <>
      <ul className="counts" aria-label="In all">
        {whole.map((one) => <li key={one.amount}><b>{one.amount}</b> in all</li>)}
        {people.length > 1 && people.map((one) => <li key={`${one.person} ${one.amount}`}><b>{one.amount}</b> {one.person}</li>)}
      </ul>
      <Rows caption={caption} heads={["Who", "For", "Is owed", "What", "How it is come by"]} count={shown.lines.length} empty={null}>
        {shown.lines.map((one, index) => (
          <tr key={index}>
            <th scope="row">{one.person}</th>
            <td><span className={one.kind === "Wages" ? "" : "chip v-ask"}>{one.kind}</span></td>
            <td className="money">{one.amount}</td>
            <td className="wide">{one.about}</td>
            <td className="wide quiet">{one.method}</td>
          </tr>
        ))}
      </Rows>
    </>
  );
}
