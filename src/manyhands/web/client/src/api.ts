// The way to the studio's acts: typed by the OpenAPI that the server gives, one shape of error.

import type { components } from "./api.gen";
import type { Material } from "./dropped";

type Shapes = components["schemas"];
export type Production = Shapes["Production"];
export type ShotCard = Shapes["ShotCard"];
export type Shot = Shapes["ShotShown"];
export type Take = Shapes["TakeShown"];
export type Answer = Shapes["AnswerShown"];
export type Offer = Shapes["OfferShown"];
export type Step = Shapes["StepShown"];
export type Control = Shapes["Control"];
export type Adjustment = Shapes["AdjustmentShown"];
export type Sketched = Shapes["SketchShown"];
export type MakerShown = Shapes["MakerShown"];
export type Order = Shapes["Order"];
export type Part = Shapes["Part"];
export type Here = Shapes["Here"];
export type Gate = Shapes["Gate"];
export type Rule = Shapes["Rule"];
export type Standing = Shapes["Standing"];
export type Upload = Shapes["Upload"];
export type Source = Shapes["SourceShown"];
export type Licence = Shapes["LicenceShown"];
export type Delivered = Shapes["Delivered"];
export type Comment = Shapes["CommentShown"];
export type Mark = Shapes["MarkShown"];
export type Session = Shapes["SessionShown"];
export type InvitationMade = Shapes["InvitationShown"];
export type Share = Shapes["ShareShown"];
export type LinkShown = Shapes["LinkShown"];
export type Shared = Shapes["SharedShown"];
export type Frames = Shapes["Frames"];
export type BalanceShown = Shapes["BalanceShown"];
export type CascadeShown = Shapes["CascadeShown"];
export type EntriesShown = Shapes["EntriesShown"];
export type FilmTable = Shapes["FilmTable"];
export type Finding = Shapes["Finding"];
export type Gone = Shapes["Gone"];
export type GrantShown = Shapes["GrantShown"];
export type GrantsShown = Shapes["GrantsShown"];
export type Going = Shapes["Going"];
export type HoursShown = Shapes["HoursShown"];
export type Lack = Shapes["Lack"];
export type LacksShown = Shapes["LacksShown"];
export type Mine = Shapes["Mine"];
export type Missing = Shapes["Missing"];
export type Money = Shapes["Money"];
export type PackShown = Shapes["PackShown"];
export type PapersShown = Shapes["PapersShown"];
export type PartyShown = Shapes["PartyShown"];
export type PeopleShown = Shapes["PeopleShown"];
export type RuleShown = Shapes["RuleShown"];
export type SeenShown = Shapes["SeenShown"];
export type ShotFindings = Shapes["ShotFindings"];
export type SourceStanding = Shapes["SourceStanding"];
export type SourcesStanding = Shapes["SourcesStanding"];
export type StatementShown = Shapes["StatementShown"];
export type SuggestedShown = Shapes["SuggestedShown"];
export type TaskShown = Shapes["TaskShown"];
export type TermShown = Shapes["TermShown"];
export type BooksVerified = Shapes["BooksVerified"];
export type Vocabulary = Shapes["Vocabulary"];
export type Waits = Shapes["Waits"];
export type WantedShown = Shapes["WantedShown"];
export type WrittenShown = Shapes["WrittenShown"];
export type Pointed = Shapes["HereShown"];
export type Stroke = Shapes["StrokeShown"];
export type Lesson = Shapes["TeachShown"];
export type Learned = Shapes["LearnedShown"];
export type Taught = Shapes["Taught"];
export type Verified = Shapes["Verified"];
export type PaperWanted = Shapes["PaperWanted"];
export type RateCard = Shapes["RateCardShown"];
export type RateCards = Shapes["CardsShown"];
export type Unbooked = Shapes["Unbooked"];
export type WagesShown = Shapes["WagesShown"];
export type Split = Shapes["SplitShown"];
export type SharedBefore = Shapes["SharedBefore"];
export type Reversed = Shapes["Reversed"];
export type Valuing = Shapes["ValuingShown"];
export type Valued = Shapes["ValuedShown"];
export type Truth = Shapes["Truth"];
export type ValuingPlan = Shapes["PlanShown"];
export type Again = Shapes["AgainShown"];
export type ModelTouched = Shapes["ModelTouched"];
export type Word = Shapes["WordShown"];

/** What the studio refused, and what to do next. */
export class Refused extends Error {
  constructor(
    readonly kind: string,
    readonly what: string,
    readonly fix: string,
    readonly status: number,
    readonly about: Record<string, unknown> = {},
  ) {
    super(`${what} ${fix}`.trim());
  }
}

/** What was told as trouble within an answer, or of an order, as an error that is shown like every other. */
export const refused = (told: { kind?: string; what?: string; fix?: string; status?: number } | null | undefined, says = "") =>
  new Refused(told?.kind ?? "", says ? `${says}: ${told?.what ?? ""}` : (told?.what ?? ""), told?.fix ?? "", told?.status ?? 0);

async function answered<T>(response: Response): Promise<T> {
  if (response.status === 204) return undefined as T;
  return (await granted(response)).json() as Promise<T>;
}

/** The same answer where the studio did what was asked. */
async function granted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const error = (await response.json().catch(() => null))?.error;
  throw new Refused(
    error?.kind ?? "Error",
    error?.what ?? `The studio answered ${response.status}.`,
    error?.fix ?? "Try again.",
    response.status,
    error?.about,
  );
}

async function asked(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(`/api${path}`, {
      method,
      signal,
      headers: { "x-manyhands": "1", ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("Offline", "The studio does not answer.", "Is it still open at the terminal? What is being made goes on.", 0);
  }
}

const ask = async <T>(method: string, path: string, body?: unknown) => answered<T>(await asked(method, path, body));

export const get = <T>(path: string) => ask<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}) => ask<T>("POST", path, body);
export const del = <T>(path: string) => ask<T>("DELETE", path);
export const put = <T>(path: string, body: unknown) => ask<T>("PUT", path, body);

/** A picture that the studio draws of what is told. */
export const drawn = async (path: string, body: unknown, signal: AbortSignal) => (await granted(await asked("POST", path, body, signal))).blob();

const PIECE_BYTES = 4 << 20;

/** Sends a file in pieces; one that was cut short goes on where it stopped. */
export async function upload(file: File, told: (share: number) => void): Promise<Upload> {
  const at = await post<Upload>("/uploads", { name: file.name, size: file.size });
  await send(at.id, file, 0, (there) => told(there / file.size));
  return { ...at, there: file.size };
}

/** Sends what is to be brought in, one file or all of a sequence, and has the studio look at it when it is there. */
export async function uploadMaterial(what: Material, told: (share: number) => void, stop: AbortSignal): Promise<Upload> {
  const files = what.files.map((file) => ({ name: file.name, size: file.size }));
  const at = await (what.isSequence ? post<Upload>("/sequences", { name: what.name, files }) : post<Upload>("/uploads", files[0]));
  const leave = () => void del(`/uploads/${at.id}`).catch(() => undefined);
  if (stop.aborted) leave();
  stop.addEventListener("abort", leave);
  let before = 0;
  for (const [index, file] of what.files.entries()) {
    await send(at.id, file, index, (there) => told((before + there) / at.size), stop);
    before += file.size;
  }
  return patiently(() => post<Upload>(`/uploads/${at.id}/examination`), stop);
}

async function send(id: string, file: File, index: number, told: (there: number) => void, stop?: AbortSignal): Promise<void> {
  for (let there = 0, failures = 0; there < file.size; told(there)) {
    stop?.throwIfAborted();
    try {
      const response = await fetch(`/api/uploads/${id}?offset=${there}&file=${index}`, {
        method: "PATCH",
        headers: { "x-manyhands": "1", "content-type": "application/octet-stream" },
        body: file.slice(there, there + PIECE_BYTES),
      });
      there = (await answered<Upload>(response)).there;
      failures = 0;
    } catch (error) {
      if (await isGone(file)) throw new Refused("InputError", `${file.name}: it cannot be read any more.`, "Drop it again.", 0);
      if (error instanceof Refused && error.status !== 409 && error.status !== 0) throw error;
      if (++failures > 30) throw error;
      await soon(failures);
      const now = await get<Upload>(`/uploads/${id}`).catch(() => null);
      if (now) there = now.files.length ? now.files[index]!.there : now.there;
    }
  }
}

/** Asks again while the studio does not answer. */
async function patiently<T>(asked: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    stop.throwIfAborted();
    try {
      return await asked();
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 0 || failures > 30) throw error;
      await soon(failures);
    }
  }
}

const soon = (failures: number) => new Promise((go) => setTimeout(go, Math.min(5000, 300 * failures)));
/** Whether a file was moved or changed since it was dropped: then no browser reads it any more. */
const isGone = (file: File) => file.slice(0, 1).arrayBuffer().then(() => false, () => true);

export const percent = (ppm: number) => (ppm === 0 ? "0 %" : ppm < 1000 ? "< 0.1 %" : `${(ppm / 10000).toFixed(1)} %`);
export const clock = (seconds: number) =>
  seconds < 60 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, "0")} s`;
