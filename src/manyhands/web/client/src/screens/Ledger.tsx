import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type BalanceShown, type BooksVerified, type EntriesShown, type Money, type Production, type ShotCard, get, post } from "../api";
import { SharesPart } from "./Royalties";
import { Statement } from "./Statement";
import { Allowed, Asking, Choose, Dialog, Field, Loaded, MoneyField, Pager, Room, Rows, Search, useAct } from "./RoomParts";
import { TakeBack } from "./TakeBack";
import { ValuingPart } from "./Valuing";
import { WagesPart } from "./Wages";

const PARTS = [["balances", "Balances"], ["entries", "Entries"], ["wages", "Wages"], ["shares", "Shares"], ["valuing", "Valuing"], ["statements", "Statements"], ["check", "Check and export"]] as const;
const MOST = 100;

/** Who is owed what: accounts, entries page by page, payments, and the check of it all. */
export function LedgerRoom({ part, production }: { part: string; production: Production }) {
  const at = PARTS.some(([id]) => id === part) ? part : "balances";
  return (
    <Room name="Ledger" at="ledger" parts={PARTS} part={at} about="Whole minor units; no currency is ever added to another. Nothing is edited: what was wrong is taken back.">
      {at === "check" ? (
        <Check production={production} />
      ) : at === "statements" ? (
        <Allowed act="statement" to="look at others' statements" production={production}>
          <Statement of="" />
        </Allowed>
      ) : at === "valuing" ? (
        <ValuingPart production={production} />
      ) : (
        <Allowed act="ledger" to="read the ledger" production={production}>
          {at === "balances" && <Balances production={production} />}
          {at === "entries" && <Entries production={production} />}
          {at === "wages" && <WagesPart production={production} />}
          {at === "shares" && <SharesPart production={production} />}
        </Allowed>
      )}
    </Room>
  );
}

function Balances({ production }: { production: Production }) {
  const [sought, setSought] = useState("");
  const [paying, setPaying] = useState<BalanceShown | null>(null);
  const [all, setAll] = useState(200);
  const found = useQuery({ queryKey: ["balances"], queryFn: () => get<BalanceShown[]>("/ledger/balances") });
  return (
    <>
      <div className="row tools">
        <Search value={sought} set={setSought} what="Find a person or an account" />
      </div>
      <Loaded of={found}>
        {(data) => {
          const fits = data.filter((one) => one.account.toLowerCase().includes(sought.trim().toLowerCase()));
          const people = fits.filter((one) => one.person), others = fits.filter((one) => !one.person);
          return (
            <>
              <h2>Owed to people and services</h2>
              <Rows caption="What is owed to people" heads={["Who", "For", "Is owed", ""]} count={people.length} empty={<p>{sought ? "Nobody of that name is owed anything." : "Nobody is owed anything yet."}</p>}>
                {people.slice(0, all).map((one) => (
                  <tr key={`${one.account} ${one.currency}`}>
                    <th scope="row">{one.person}</th>
                    <td>{one.kind}</td>
                    <td className="money">{one.amount}</td>
                    <td>
                      {one.amount_minor > 0 && one.kind !== "Credits" && production.may.includes("pay") && (
                        <button type="button" className="small" onClick={() => setPaying(one)} aria-label={`Was paid: ${one.person}, ${one.kind}, ${one.currency}`}>Was paid …</button>
                      )}
                    </td>
                  </tr>
                ))}
              </Rows>
              {people.length > all && <button type="button" onClick={() => setAll(all + 500)}>Show more of {people.length}</button>}
              {!production.may.includes("pay") && <Allowed act="pay" to="record a payment" production={production}>{null}</Allowed>}
              <h2>Other accounts</h2>
              <Rows caption="Other accounts" heads={["Account", "Debit +, credit −"]} count={others.length} empty={<p>Nothing is booked there.</p>}>
                {others.slice(0, all).map((one) => (
                  <tr key={`${one.account} ${one.currency}`}>
                    <th scope="row">{one.account}</th>
                    <td className="money">{one.amount}</td>
                  </tr>
                ))}
              </Rows>
            </>
          );
        }}
      </Loaded>
      {paying && <Pay to={paying} close={() => setPaying(null)} />}
    </>
  );
}

function Pay({ to, close }: { to: BalanceShown; close: () => void }) {
  const [amount, setAmount] = useState(to.amount.replace(`${to.currency} `, ""));
  const [about, setAbout] = useState("");
  const act = useAct(() => post("/ledger/payments", { person: to.person, kind: to.kind, currency: to.currency, amount, about }), close);
  return (
    <Dialog title={`${to.person} was paid`} close={close}>
      <p>{to.person} is owed {to.amount} for {to.kind}. No money is moved from here; this writes down that it was.</p>
      <Asking act={act} says="Write it down" close={close} ready={!!about.trim() && !!amount.trim()}>
        <MoneyField says={`Amount in ${to.currency}`} value={amount} set={setAmount} />
        <Field says="The bank's reference, or what else tells this payment from others" value={about} set={setAbout} required most={500} />
      </Asking>
    </Dialog>
  );
}

function Entries({ production }: { production: Production }) {
  const [of, setOf] = useState({ person: "", shot: "" });
  const [offset, setOffset] = useState(0);
  const [taking, setTaking] = useState("");
  const { data: balances } = useQuery({ queryKey: ["balances"], queryFn: () => get<BalanceShown[]>("/ledger/balances") });
  const { data: shots } = useQuery({ queryKey: ["shots"], queryFn: () => get<ShotCard[]>("/shots") });
  const found = useQuery({
    queryKey: ["entries", of.person, of.shot, offset],
    queryFn: () => get<EntriesShown>(`/ledger/entries?person=${encodeURIComponent(of.person)}&shot=${encodeURIComponent(of.shot)}&offset=${offset}&most=${MOST}`),
    placeholderData: (before) => before,
  });
  const names = [...new Set((balances ?? []).map((one) => one.person).filter(Boolean))];
  const choose = (next: typeof of) => {
    setOf(next);
    setOffset(0);
  };
  return (
    <>
      <div className="row tools">
        <Choose says="Of" value={of.person} set={(person) => choose({ person, shot: "" })} of={names} none="everybody" />
        <Choose says="Shot" value={of.shot} set={(shot) => choose({ person: "", shot })} of={(shots ?? []).map((one) => one.id)} none="every shot" />
      </div>
      <Loaded of={found}>
        {(data) => (
          <>
            <Rows caption="Entries, the newest first" heads={["Day", "Account", "Debit +, credit −", "What, and how it was come by", "Transaction", "Log line", ""]} count={data.entries.length} empty={<p>Nothing is booked{of.person || of.shot ? " there" : ""}.</p>}>
              {data.entries.map((one) => (
                <tr key={one.id}>
                  <td className="nowrap">{one.at.slice(0, 10)}</td>
                  <td className="wide">{one.account}</td>
                  <td className="money">{one.amount}</td>
                  <td className="wide">{one.about}{one.method && <p className="quiet">{one.method}</p>}</td>
                  <td className="id">{one.transaction}{one.reverses && <p className="finding">takes back {one.reverses}</p>}</td>
                  <td>{one.line}</td>
                  <td>
                    {production.may.includes("reverse") && (
                      <button type="button" className="small" onClick={() => setTaking(one.transaction)} aria-label={`Take back ${one.transaction}`}>Take back …</button>
                    )}
                  </td>
                </tr>
              ))}
            </Rows>
            <Pager offset={offset} most={MOST} total={data.total} go={setOffset} of="entries" />
          </>
        )}
      </Loaded>
      {taking && <TakeBack transaction={taking} close={() => setTaking("")} />}
    </>
  );
}

function Check({ production }: { production: Production }) {
  const act = useAct(() => post<BooksVerified>("/ledger/verification"));
  const { data: money } = useQuery({ queryKey: ["money"], queryFn: () => get<Money>("/ledger/money"), staleTime: Infinity });
  const found = act.data;
  return (
    <>
      <h2>Check</h2>
      <p className="quiet">Every entry is held against its line in the log, the log against its chain, and the ledger against its own rules. Anybody may.</p>
      <Asking act={act} says="Check it now">{null}</Asking>
      {found && found.faults.length === 0 && (
        <p className="good" role="status">
          {found.entries.toLocaleString("en")} entries in {found.lines.toLocaleString("en")} lines of the log: every one as it was booked, and they balance.
        </p>
      )}
      {found && found.faults.length > 0 && (
        <div className="trouble" role="alert">
          <p>{found.faults.length + found.more_faults} faults:</p>
          <ul>{found.faults.map((one) => <li key={one}>{one}</li>)}</ul>
          {found.more_faults > 0 && <p>and {found.more_faults} more: manyhands ledger verify</p>}
        </div>
      )}
      <h2>For other programs</h2>
      <Allowed act="ledger" to="take the ledger out" production={production}>
        <p className="row">
          {(money?.exports ?? []).map((one) => (
            <a key={one} className="button" href={`/api/ledger/exports/${one}`} download>
              The ledger for {one}
            </a>
          ))}
        </p>
      </Allowed>
    </>
  );
}
