// Frames as pictures: a frame is shown when its own picture is here, and never another in its place.

const AT_ONCE = 2; // a browser has six lines to one place, and others need them too
const KEPT_BITMAPS = 180; // of all rows on the screen together

/** The pictures of one row of frames, fetched once and decoded near the play head. */
export class FrameRow {
  private readonly files = new Map<number, Promise<Blob>>();
  private readonly bitmaps = new Map<number, ImageBitmap>();
  private readonly decoding = new Map<number, Promise<ImageBitmap>>();

  /** How many rows share what can be kept. */
  rows = 1;

  constructor(
    readonly url: (frame: number) => string,
    readonly first: number,
    readonly last: number,
  ) {}

  /** The picture of a frame if it is decoded. */
  now(frame: number): ImageBitmap | undefined {
    return this.bitmaps.get(frame);
  }

  async picture(frame: number): Promise<ImageBitmap> {
    const there = this.bitmaps.get(frame);
    if (there) return there;
    let work = this.decoding.get(frame);
    if (!work) {
      work = this.file(frame).then((blob) => createImageBitmap(blob));
      this.decoding.set(frame, work);
      work.then(
        (bitmap) => {
          this.decoding.delete(frame);
          this.bitmaps.set(frame, bitmap);
          this.thin(frame);
        },
        () => this.decoding.delete(frame),
      );
    }
    return work;
  }

  /** Fetch from a frame on, round to the frames before it, until told to stop. */
  async fetchAll(from: number, signal: AbortSignal, atOnce = AT_ONCE) {
    const order: number[] = [];
    for (let frame = from; frame <= this.last; frame++) order.push(frame);
    for (let frame = this.first; frame < from; frame++) order.push(frame);
    const worker = async () => {
      for (let frame = order.shift(); frame !== undefined && !signal.aborted; frame = order.shift()) {
        await this.file(frame).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  /** Decode the next few, so that playing finds them. */
  ahead(frame: number, step: number, count = 12) {
    for (let index = 0; index <= count; index++) {
      const next = frame + step * index;
      if (next >= this.first && next <= this.last && this.files.has(next)) void this.picture(next).catch(() => undefined);
    }
  }

  private file(frame: number): Promise<Blob> {
    let file = this.files.get(frame);
    if (!file) {
      file = fetch(this.url(frame)).then((response) => {
        if (!response.ok) throw new Error(`frame ${frame}: ${response.status}`);
        return response.blob();
      });
      file.catch(() => this.files.delete(frame));
      this.files.set(frame, file);
    }
    return file;
  }

  private thin(near: number) {
    const most = Math.max(30, Math.floor(KEPT_BITMAPS / this.rows));
    if (this.bitmaps.size <= most) return;
    const far = [...this.bitmaps.keys()].sort((a, b) => Math.abs(b - near) - Math.abs(a - near));
    for (const frame of far.slice(0, this.bitmaps.size - most)) {
      this.bitmaps.get(frame)?.close();
      this.bitmaps.delete(frame);
    }
  }
  close() {
    for (const bitmap of this.bitmaps.values()) bitmap.close();
    this.bitmaps.clear();
  }
}
