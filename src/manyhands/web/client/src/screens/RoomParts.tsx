// What the rooms are built of: a page with parts, a table that tells when it is empty, a dialog, an act with its refusal.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Link } from "wouter";
import { type Production, get } from "../api";
import { Trouble } from "../parts";

export type Parts = readonly (readonly [id: string, name: string])[];

/** A room: its name, what it is for, and its parts as links, so that each has an address. */
export function Room({ name, at, about, parts = [], part = "", children }: { name: string; at: string; about: ReactNode; parts?: Parts; part?: string; children: ReactNode }) {
  return (
    <div className="room">
      <div className="roomhead">
        <h1>{name}</h1>
        <p className="quiet">{about}</p>
      </div>
      {parts.length > 0 && (
        <nav className="roomparts" aria-label={`Parts of ${name}`}>
          {parts.map(([id, told]) => (
            <Link key={id} href={`/rooms/${at}/${id}`} aria-current={id === part ? "page" : undefined}>
              {told}
            </Link>
          ))}
        </nav>
      )}
      {children}
    </div>
  );
}

/** A query's states in one place: it loads, it failed, or it is there. */
export function Loaded<T>({ of, children }: { of: { data: T | undefined; error: unknown; isPending: boolean }; children: (data: T) => ReactNode }) {
  if (of.error) return <Trouble error={of.error} />;
  if (of.data === undefined) return <p className="quiet" aria-busy="true">Reading the record …</p>;
  return children(of.data);
}

/** A table that can be scrolled by keys, and says what it would hold while it is empty. */
export function Rows({ caption, heads, empty, children, count }: { caption: string; heads: readonly string[]; empty: ReactNode; children: ReactNode; count: number }) {
  if (count === 0) return <div className="nothing">{empty}</div>;
  return (
    <div className="scroll" role="region" aria-label={caption} tabIndex={0}>
      <table className="rows">
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {heads.map((one, index) => (
              <th key={one || index} scope="col">
                {one || <span className="unseen">What can be done</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Pager({ offset, most, total, go, of }: { offset: number; most: number; total: number; go: (offset: number) => void; of: string }) {
  if (total <= most && offset === 0) return <p className="quiet">{total} {total === 1 ? of.replace(/ies\b/, "y").replace(/s\b/, "") : of}</p>;
  return (
    <nav className="row pager" aria-label={`Pages of ${of}`}>
      <button type="button" disabled={offset === 0} onClick={() => go(Math.max(0, offset - most))}>
        Earlier page
      </button>
      <span className="quiet">
        {total === 0 ? 0 : offset + 1}–{Math.min(total, offset + most)} of {total.toLocaleString("en")} {of}
      </span>
      <button type="button" disabled={offset + most >= total} onClick={() => go(offset + most)}>
        Next page
      </button>
    </nav>
  );
}

/** What a person looks for, once they stop typing. */
export function useSought(): [string, string, (text: string) => void] {
  const [text, setText] = useState("");
  const [sought, setSought] = useState("");
  useEffect(() => {
    const soon = setTimeout(() => setSought(text.trim()), 250);
    return () => clearTimeout(soon);
  }, [text]);
  return [text, sought, setText];
}

export function Search({ value, set, what }: { value: string; set: (text: string) => void; what: string }) {
  return (
    <label className="inline search">
      <span className="unseen">{what}</span>
      <input type="search" value={value} placeholder={what} maxLength={200} onChange={(event) => set(event.target.value)} />
    </label>
  );
}

/** An act: when it is done, every screen looks anew. */
export function useAct<Wish, Answer>(act: (wish: Wish) => Promise<Answer>, done?: (answer: Answer) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (answer) => {
      void queries.invalidateQueries();
      done?.(answer);
    },
  });
}

const named = (role: string) => role.replaceAll("_", " ").replace("ai ", "AI ").replace("ml ", "ML ");

/** Shows what an act needs to those who may do it, and to others who may. */
export function Allowed({ act, to, production, children }: { act: string; to: string; production: Production; children: ReactNode }) {
  const { data } = useQuery({ queryKey: ["may"], queryFn: () => get<Record<string, string[]>>("/people/may"), staleTime: Infinity });
  if (production.may.includes(act)) return children;
  const able = (data?.[act] ?? []).map(named);
  return (
    <p className="quiet barred">
      {able.length ? `To ${to} takes a ${able.join(" or ")}` : `You may not ${to}`}; {production.me} is {production.roles.map(named).join(" and ") || "not a member"} here.
    </p>
  );
}

/** A form in a dialog of its own: Escape leaves it, and nothing was done. */
export function Dialog({ title, children, close, wide = false }: { title: string; children: ReactNode; close: () => void; wide?: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} onClose={close} aria-labelledby={id} className={wide ? "wide" : undefined}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

export function Leave({ close, says = "Leave it" }: { close: () => void; says?: string }) {
  return (
    <button type="button" onClick={close}>
      {says}
    </button>
  );
}

const AGAIN_MS = 600;

/** A form that sends once, and shows what was refused. */
export function Asking({ act, send, says, children, close, ready = true, danger = false }: {
  act: { mutate: () => void; isPending: boolean; error: unknown };
  send?: () => void;
  says: string;
  children: ReactNode;
  close?: () => void;
  ready?: boolean;
  danger?: boolean;
}) {
  const end = useRef<HTMLDivElement>(null);
  const sent = useRef(-AGAIN_MS);
  useEffect(() => {
    if (act.error) end.current?.scrollIntoView({ block: "nearest" }); // in a long form it would not be seen
  }, [act.error]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (event.timeStamp - sent.current < AGAIN_MS) return; // pressed twice is meant once, before the button knows it
        sent.current = event.timeStamp;
        (send ?? (() => act.mutate()))();
      }}
    >
      {children}
      <Trouble error={act.error} />
      <div className="actions" ref={end}>
        {close && <Leave close={close} />}
        <button type="submit" className={danger ? "danger" : ""} disabled={!ready || act.isPending}>
          {act.isPending ? "A moment …" : says}
        </button>
      </div>
    </form>
  );
}

export function Field({ says, value, set, required = false, type, most = 200, hint, list, lines }: {
  says: string;
  value: string;
  set: (text: string) => void;
  required?: boolean;
  type?: string;
  most?: number;
  hint?: string;
  list?: string;
  lines?: number;
}) {
  return (
    <label>
      {says}{" "}
      {lines ? (
        <textarea rows={lines} value={value} onChange={(event) => set(event.target.value)} required={required} maxLength={most} placeholder={hint} />
      ) : (
        <input {...(type ? { type } : {})} className="line" value={value} onChange={(event) => set(event.target.value)} required={required} maxLength={most} placeholder={hint} list={list} />
      )}
    </label>
  );
}

/** An amount of money as people write it; the studio alone reads it, and says how it is written where it cannot. */
export function MoneyField({ says, value, set }: { says: string; value: string; set: (text: string) => void }) {
  return (
    <label>
      {says} <input className="line amount" inputMode="decimal" autoComplete="off" value={value} onChange={(event) => set(event.target.value)} required maxLength={24} placeholder="1,234.50" />
    </label>
  );
}

export function Choose({ says, value, set, of, none }: { says: string; value: string; set: (text: string) => void; of: readonly string[]; none?: string }) {
  return (
    <label>
      {says}{" "}
      <select value={value} onChange={(event) => set(event.target.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {of.map((one) => (
          <option key={one} value={one}>
            {plain(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

export const plain = (word: string) => named(word);
export const minutes = (count: number) => (count < 60 ? `${count} min` : `${Math.floor(count / 60)} h ${String(count % 60).padStart(2, "0")} min`);
export const ofWork = (work: string) => (work.startsWith("shot:") ? `shot ${work.slice(5)}` : `source ${work}`);
