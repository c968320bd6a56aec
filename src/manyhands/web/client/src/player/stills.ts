// Stills: frames at their own size and without loss, fetched only when somebody stops to look.

const AT_ONCE = 2; // the small pictures, and others, need lines too
const MOST_PIXELS = 50e6; // of four bytes each

/** Decoded stills by their address; those that were looked at last are kept. */
export class Stills {
  private readonly kept = new Map<string, ImageBitmap>();

  /** All of these if all are here: a part of them is never shown. */
  now(urls: readonly string[]): ImageBitmap[] | undefined {
    const found = urls.map((url) => this.kept.get(url));
    return found.every((one) => !!one) ? (found as ImageBitmap[]) : undefined;
  }

  /** Fetch all of these, until told to stop. */
  async fetch(urls: readonly string[], signal: AbortSignal): Promise<void> {
    const missing = urls.filter((url) => !this.kept.has(url));
    const worker = async () => {
      for (let url = missing.shift(); url !== undefined; url = missing.shift()) {
        const response = await fetch(url, { signal });
        if (!response.ok) throw new Error(`the still does not come: ${response.status}`);
        this.kept.set(url, await createImageBitmap(await response.blob()));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    this.thin(urls);
  }

  private thin(looked: readonly string[]) {
    for (const url of looked) {
      const still = this.kept.get(url)!;
      this.kept.delete(url);
      this.kept.set(url, still); // the last that was looked at goes last
    }
    let pixels = 0;
    for (const [url, still] of [...this.kept].reverse()) {
      pixels += still.width * still.height;
      if (pixels <= MOST_PIXELS || looked.includes(url)) continue;
      still.close();
      this.kept.delete(url);
    }
  }

  clear() {
    for (const still of this.kept.values()) still.close();
    this.kept.clear();
  }
}
