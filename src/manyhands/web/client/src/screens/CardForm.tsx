import { useState } from "react";
import { type RateCard, type RateCards, put } from "../api";
import { Asking, Dialog, Field, Leave, useAct } from "./RoomParts";

type Kind = "rate" | "overtime" | "minimum";
type Cells = Record<string, string>;
const KINDS: readonly [kind: Kind, name: string, figure: string, about: string][] = [
  ["rate", "What an hour is paid", "per_hour", "A row without its figure is left out."],
  ["overtime", "Overtime", "factor", "After so many hours an hour is paid so many times: 3/2 is one and a half times. No kind of work is every kind."],
  ["minimum", "The least that a day pays", "hours_a_day", "In hours at the day's rate."],
];
const SAYS: Record<string, string> = {
  role: "Role", work: "Work", currency: "Currency", per_hour: "An hour", valid_from: "From", valid_until: "Until", source: "Source",
  per: "By the", after_hours: "After hours", factor: "Times", week_begins: "Week begins", hours_a_day: "Hours a day",
};
const HINT: Record<string, string> = { source: "agreement, date, §", per_hour: "1,234.50", after_hours: "8", factor: "3/2", hours_a_day: "4" };

/** A rate card, row by row; it is kept only with figures that somebody filled in, each with its source. */
export function CardForm({ card, words, may, close }: { card: RateCard; words: RateCards; may: boolean; close: () => void }) {
  const [title, setTitle] = useState(card.title);
  const [rows, setRows] = useState<Record<Kind, readonly Cells[]>>({ rate: card.rate, overtime: card.overtime, minimum: card.minimum });
  const act = useAct(() => put<RateCard>("/wages/cards", { title, ...rows }), close);
  const set = (kind: Kind, at: number, name: string, value: string) => setRows({ ...rows, [kind]: rows[kind].map((row, index) => (index === at ? { ...row, [name]: value } : row)) });
  const filled = rows.rate.filter((row) => row.per_hour?.trim()).length;
  const tables = KINDS.map(([kind, name, figure, about]) => (
    <section key={kind}>
      <h3>{name}</h3>
      <p className="quiet">{about}</p>
      {rows[kind].length > 0 && (
        <div className="scroll" role="region" aria-label={name} tabIndex={0}>
          <table className="rows cardrows">
            <caption className="unseen">{name}</caption>
            <thead><tr>{words.fields[kind]!.map((field) => <th key={field} scope="col">{SAYS[field] ?? field}</th>)}{may && <th scope="col"><span className="unseen">What can be done</span></th>}</tr></thead>
            <tbody>
              {rows[kind].map((row, at) => (
                <tr key={at} className={row[figure]?.trim() ? undefined : "settled"}>
                  {words.fields[kind]!.map((field) => <td key={field}><Cell kind={kind} at={at} field={field} value={row[field] ?? ""} words={words} may={may} set={(value) => set(kind, at, field, value)} /></td>)}
                  {may && <td><button type="button" className="small" onClick={() => setRows({ ...rows, [kind]: rows[kind].filter((_, index) => index !== at) })} aria-label={`Leave out row ${at + 1} of ${name}`}>Leave out</button></td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {may && <p><button type="button" className="small" onClick={() => setRows({ ...rows, [kind]: [...rows[kind], { ...(rows[kind].at(-1) ?? {}), [figure]: "" }] })}>Another row</button></p>}
    </section>
  ));
  if (!may)
    return (
      <Dialog title={card.title} close={close} wide>
        {tables}
        <div className="actions"><Leave close={close} says="Close" /></div>
      </Dialog>
    );
  return (
    <Dialog title={card.id ? `Change ${card.title}` : "Fill in a rate card"} close={close} wide>
      <Asking act={act} says="Keep the card" close={close} ready={!!title.trim() && filled > 0}>
        <Field says="Whose rates are they, and of when?" value={title} set={setTitle} required most={120} hint="House rates 2026" />
        {card.id && <p className="quiet">Under another title it is another card. What is booked already stays as it is.</p>}
        {tables}
        {filled === 0 && <p className="finding">No rate is filled in yet.</p>}
      </Asking>
    </Dialog>
  );
}

function Cell({ kind, at, field, value, words, may, set }: { kind: Kind; at: number; field: string; value: string; words: RateCards; may: boolean; set: (value: string) => void }) {
  const label = `${SAYS[field] ?? field}, row ${at + 1} of ${kind}`;
  const choices: Record<string, readonly string[]> = { role: words.roles, work: kind === "overtime" ? ["", ...words.works] : words.works, currency: ["", ...words.currencies], per: ["", ...words.per], week_begins: ["", ...words.days] };
  if (!may) return <>{value || <span className="quiet">–</span>}</>;
  if (choices[field])
    return (
      <select aria-label={label} value={value} onChange={(event) => set(event.target.value)}>
        {!choices[field].includes(value) && <option value={value}>{value}</option>}
        {choices[field].map((one) => <option key={one} value={one}>{one.replaceAll("_", " ") || (field === "work" ? "every kind" : "–")}</option>)}
      </select>
    );
  if (field.startsWith("valid_")) return <input aria-label={label} type="date" value={value} onChange={(event) => set(event.target.value)} />;
  return <input aria-label={label} className={field === "source" ? "source" : "figure"} {...(field === "source" ? {} : { inputMode: "decimal" as const })} value={value} placeholder={HINT[field]} maxLength={400} onChange={(event) => set(event.target.value)} />;
}
