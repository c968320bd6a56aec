import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type BalanceShown, type StatementShown, get, post } from "../api";
import { Trouble } from "../parts";
import { Choose, Field, Loaded, Rows, useAct } from "./RoomParts";

/** What a person was owed and paid in a period, as it stands now; issued, it is three files, and the log has their hash. */
export function Statement({ of }: { of: string }) {
  const year = new Date().getFullYear();
  const [whose, setWhose] = useState(of);
  const [first, setFirst] = useState(`${year}-01-01`);
  const [last, setLast] = useState(`${year}-12-31`);
  const { data: balances } = useQuery({ queryKey: ["balances"], queryFn: () => get<BalanceShown[]>("/ledger/balances"), enabled: !of });
  const found = useQuery({
    queryKey: ["statement", whose, first, last],
    queryFn: () => get<StatementShown>(`/statement?person=${encodeURIComponent(whose)}&first_day=${first}&last_day=${last}`),
    enabled: !!whose,
    placeholderData: (before) => before,
  });
  const issue = useAct(() => post<StatementShown>("/statements", { person: whose, first_day: first, last_day: last }));
  const files = issue.data && issue.data.person === whose && issue.data.first_day === first && issue.data.last_day === last ? issue.data.files : [];
  return (
    <>
      <div className="row tools">
        {!of && <Choose says="Whose" value={whose} set={setWhose} of={[...new Set((balances ?? []).map((one) => one.person).filter(Boolean))]} none="whose?" />}
        <Field says="From" value={first} set={setFirst} type="date" />
        <Field says="To" value={last} set={setLast} type="date" />
        <button type="button" disabled={!whose || issue.isPending || !found.data} onClick={() => issue.mutate(undefined)}>
          {issue.isPending ? "A moment …" : "Issue it as files"}
        </button>
      </div>
      <Trouble error={issue.error} />
      {files.length > 0 && (
        <p className="row" role="status">
          Issued, and its hash is in the log:{" "}
          {files.map((one) => (
            <a key={one} className="button" href={`/api/statements/${one.split("/").map(encodeURIComponent).join("/")}`} download>
              {one.split(".").at(-1)!.toUpperCase()}
            </a>
          ))}
        </p>
      )}
      {whose && (
        <Loaded of={found}>
          {(data) => (
            <article className="statement" aria-label={`Statement for ${data.person}`}>
              {data.sheets.length === 0 && <p className="nothing">Nothing was ever booked for {data.person}.</p>}
              {data.sheets.map((sheet) => (
                <section key={sheet.currency}>
                  <h3>{sheet.currency}</h3>
                  <Rows caption={`${data.person}, ${sheet.currency}, ${data.first_day} to ${data.last_day}`} heads={["Day", "What", "How it was come by", "Owed +, paid −", "Log line"]} count={1} empty={null}>
                    <tr><td>{data.first_day}</td><th scope="row" colSpan={2}>opening balance</th><td className="money">{sheet.opening}</td><td /></tr>
                    {sheet.postings.map((one, index) => (
                      <tr key={index}>
                        <td className="nowrap">{one.day}</td>
                        <td className="wide">{one.kind}: {one.about}{/^royalties-/.test(one.transaction) && <p><a href={`/api/royalties/${one.transaction}/published`} download>how it was shared</a></p>}</td>
                        <td className="wide quiet">{one.method}</td>
                        <td className="money">{one.amount}</td>
                        <td>{one.line}</td>
                      </tr>
                    ))}
                    <tr><td>{data.last_day}</td><th scope="row" colSpan={2}>closing balance</th><td className="money"><b>{sheet.closing}</b></td><td /></tr>
                  </Rows>
                </section>
              ))}
              <p className="quiet">
                Drawn up on {data.drawn_up}, both days included (UTC). If something is wrong, say so by <b>{data.dispute_by}</b>. The log ended at line {data.log_line}, hash <code>{data.log_hash.slice(0, 16)}…</code>
              </p>
            </article>
          )}
        </Loaded>
      )}
    </>
  );
}
