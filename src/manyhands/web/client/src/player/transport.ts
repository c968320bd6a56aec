// Where the play head is.  A frame number is the truth; time is only how fast it moves.

export type Range = { first: number; last: number };

export class Transport {
  frame: number;
  speed = 1;
  direction: 1 | -1 = 1;
  playing = false;
  loop = true;
  mark: Range;
  /** What is played now in place of what is marked: a remark's frames. */
  passage: Range | null = null;
  private moved = new Set<() => void>();
  private began = 0;
  private beganAt = 0;

  constructor(
    readonly whole: Range,
    readonly fps: number,
    mark: Range | null = null,
  ) {
    this.frame = whole.first;
    this.mark = { ...(mark ?? whole) };
  }

  get isMarked(): boolean {
    return this.mark.first !== this.whole.first || this.mark.last !== this.whole.last;
  }

  subscribe = (listener: () => void) => {
    this.moved.add(listener);
    return () => {
      this.moved.delete(listener);
    };
  };

  /** A number that changes with every change, for React. */
  version = 0;

  private tell() {
    this.version++;
    for (const listener of this.moved) listener();
  }

  seek(frame: number) {
    const to = Math.round(Math.min(Math.max(frame, this.whole.first), this.whole.last));
    if (to === this.frame && !this.passage) return;
    this.passage = null;
    this.frame = to;
    this.again();
    this.tell();
  }

  step(by: number) {
    this.pause();
    this.seek(this.frame + by);
  }

  play(direction: 1 | -1 = 1) {
    // J or L again is faster, as on an edit desk
    if (this.playing && this.direction === direction) this.speed = Math.min(4, this.speed * 2);
    else this.speed = Math.max(0.5, Math.min(this.speed, 1));
    this.direction = direction;
    this.playing = true;
    this.again();
    this.tell();
  }

  /** Play these frames, whatever is marked, until something else is asked for. */
  playOnly(passage: Range) {
    this.passage = passage;
    this.frame = passage.first;
    this.direction = 1;
    this.playing = true;
    this.again();
    this.tell();
  }

  pause() {
    if (!this.playing) return;
    this.passage = null;
    this.playing = false;
    this.tell();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play(1);
  }

  setSpeed(speed: number) {
    this.speed = speed;
    this.again();
    this.tell();
  }

  setLoop(loop: boolean) {
    this.loop = loop;
    this.tell();
  }

  /** Mark in, out, or both; an in behind the out opens the range to the end, and an out before the in from the start. */
  setMark(mark: Partial<Range>) {
    const next = { ...this.mark, ...mark };
    if (next.first > next.last) next[mark.first === undefined ? "first" : "last"] = this.whole[mark.first === undefined ? "first" : "last"];
    this.mark = next;
    this.passage = null;
    this.again();
    this.tell();
  }

  /** The frame that is due now; the play head goes there when its picture is here. */
  due(now: number): number {
    const { first, last } = this.passage ?? this.mark;
    const count = last - first + 1;
    // a browser's frame may have begun a moment before play was pressed
    const gone = Math.floor((Math.max(0, now - this.beganAt) / 1000) * this.fps * this.speed) * this.direction;
    const place = this.began - first + gone;
    if (!this.loop && (place < 0 || place >= count)) return this.direction > 0 ? last : first;
    return first + (((place % count) + count) % count);
  }

  /** Begin to count from here. */
  again(now = performance.now()) {
    const { first, last } = this.passage ?? this.mark;
    this.began = Math.min(Math.max(this.frame, first), last);
    this.beganAt = now;
  }

  arrive(frame: number) {
    if (frame !== this.frame) {
      this.frame = frame;
      this.tell();
    }
    const { first, last } = this.passage ?? this.mark;
    if (!this.loop && this.playing && frame === (this.direction > 0 ? last : first)) this.pause();
  }
}
