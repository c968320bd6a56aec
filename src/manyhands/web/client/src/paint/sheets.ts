// The painted frames of a shot: each with its matte and its steps; kept by the studio as soon as a stroke ends.

import { type Mask, History, empty } from "./mask";
import { read, written } from "./png";

export type Sheet = { frame: number; mask: Mask; history: History; isPainted: boolean; turn: number; saved: number };
const KEPT = 8;

export class Sheets {
  private readonly there = new Map<number, Sheet>();
  private readonly coming = new Map<number, Promise<Sheet>>();
  private readonly saving = new Set<number>();
  private closed = false;
  trouble = "";

  constructor(
    readonly address: string,
    readonly width: number,
    readonly height: number,
    private readonly told: () => void,
  ) {}

  /** A frame as it was painted so far, or empty. */
  async sheet(frame: number): Promise<Sheet> {
    const known = this.there.get(frame);
    if (known) return known;
    let work = this.coming.get(frame);
    if (!work) {
      work = this.fetched(frame);
      this.coming.set(frame, work);
      work.finally(() => this.coming.delete(frame)).catch(() => undefined);
    }
    return work;
  }

  /** Something was painted: it is sent, and what is painted meanwhile is sent after it. */
  changed(sheet: Sheet) {
    sheet.turn++;
    sheet.isPainted = true;
    void this.save(sheet);
    this.told();
  }

  get unsaved(): boolean {
    return [...this.there.values()].some((one) => one.saved !== one.turn);
  }

  async remove(frame: number) {
    const sheet = await this.sheet(frame);
    sheet.mask.data.fill(0);
    sheet.history = new History();
    sheet.isPainted = false;
    sheet.saved = sheet.turn;
    await fetch(`${this.address}/frames/${frame}`, { method: "DELETE", headers: { "x-manyhands": "1" } });
    this.told();
  }

  close() {
    this.closed = true;
  }

  private async fetched(frame: number): Promise<Sheet> {
    const response = await fetch(`${this.address}/frames/${frame}.png`);
    if (!response.ok) throw new Error(`frame ${frame}: ${response.status}`);
    const isPainted = response.status !== 204;
    const mask = isPainted ? await read(await response.blob()) : empty(this.width, this.height);
    const sheet = { frame, mask, history: new History(), isPainted, turn: 0, saved: 0 };
    this.there.set(frame, sheet);
    for (const [number, one] of this.there) if (this.there.size > KEPT && number !== frame && one.saved === one.turn) this.there.delete(number);
    return sheet;
  }

  private async save(sheet: Sheet) {
    if (this.saving.has(sheet.frame)) return;
    this.saving.add(sheet.frame);
    for (let failures = 0; sheet.saved !== sheet.turn && !(this.closed && failures > 3); ) {
      const turn = sheet.turn;
      try {
        const body = await written(sheet.mask);
        const response = await fetch(`${this.address}/frames/${sheet.frame}.png`, { method: "PUT", headers: { "x-manyhands": "1", "content-type": "image/png" }, body });
        if (!response.ok) throw new Error((await response.json()).error?.what ?? String(response.status));
        sheet.saved = turn;
        this.trouble = "";
        failures = 0;
      } catch (error) {
        this.trouble = String(error instanceof Error ? error.message : error);
        this.told();
        await new Promise((go) => setTimeout(go, Math.min(5000, 400 * 2 ** failures++)));
      }
    }
    this.saving.delete(sheet.frame);
    this.told();
  }
}
