(() => {
  "use strict";
  // Nothing here is needed to read the page, and nothing here sends anything anywhere.

  // SHA-256 in pieces (FIPS 180-4): a film is larger than what a browser hashes in one call.
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const part = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  const K = Int32Array.from(primes, (p) => part(Math.cbrt(p)));

  class Sha256 {
    constructor() {
      this.state = Int32Array.from(primes.slice(0, 8), (p) => part(Math.sqrt(p)));
      this.rest = new Uint8Array(64);
      this.filled = 0;
      this.bytes = 0;
      this.words = new Int32Array(64);
    }
    add(piece) {
      this.bytes += piece.length;
      let at = 0;
      if (this.filled) {
        at = Math.min(64 - this.filled, piece.length);
        this.rest.set(piece.subarray(0, at), this.filled);
        this.filled += at;
        if (this.filled < 64) return;
        this.block(this.rest, 0);
        this.filled = 0;
      }
      for (; at + 64 <= piece.length; at += 64) this.block(piece, at);
      this.rest.set(piece.subarray(at), 0);
      this.filled = piece.length - at;
    }
    hex() {
      const bits = this.bytes * 8;
      const tail = new Uint8Array(this.filled < 56 ? 64 - this.filled : 128 - this.filled);
      tail[0] = 128;
      const view = new DataView(tail.buffer);
      view.setUint32(tail.length - 8, Math.floor(bits / 4294967296));
      view.setUint32(tail.length - 4, bits >>> 0);
      this.add(tail);
      return Array.from(this.state, (word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }
    block(from, at) {
      const w = this.words;
      for (let i = 0; i < 16; i++, at += 4) w[i] = (from[at] << 24) | (from[at + 1] << 16) | (from[at + 2] << 8) | from[at + 3];
      for (let i = 16; i < 64; i++) {
        const x = w[i - 15], y = w[i - 2];
        const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
        const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
        w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
      }
      let [a, b, c, d, e, f, g, h] = this.state;
      for (let i = 0; i < 64; i++) {
        const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
        const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
        const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
      }
      const s = this.state;
      s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
    }
  }

  const PIECE = 1 << 22;
  async function hashed(file, told) {
    const hash = new Sha256();
    for (let at = 0; at < file.size; at += PIECE) {
      hash.add(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
      told(Math.min(1, (at + PIECE) / file.size));
    }
    return hash.hex();
  }

  const made = (name, settings, ...inside) => {
    const one = Object.assign(document.createElement(name), settings);
    one.append(...inside);
    return one;
  };

  function checker(place) {
    const known = [...document.querySelectorAll("[data-sha256]")];
    const chooser = made("input", { type: "file", id: "chosen" });
    const answer = made("p", { className: "answer" });
    answer.setAttribute("role", "status");
    const zone = made("div", { className: "drop" }, made("label", { htmlFor: "chosen", textContent: "Drop a file here, or choose one. It stays on your machine." }), chooser, answer);
    let turn = 0;
    const look = async (file) => {
      const mine = ++turn;
      const say = (kind, words) => {
        if (mine !== turn) return;
        answer.className = `answer ${kind}`;
        answer.textContent = words;
      };
      try {
        const hash = await hashed(file, (share) => say("", `Reading ${file.name}: ${Math.round(share * 100)} %`));
        zone.dataset.hash = hash;
        const same = known.find((one) => one.dataset.sha256 === hash);
        if (same) say("same", `Yes: bit for bit, this is ${same.dataset.name}, a file that this page tells of. That does not make the page true: check the film’s signature for that.`);
        else if (known.some((one) => one.dataset.name === file.name)) say("other", `No: this is not the ${file.name} that this page tells of. It was changed, cut or saved anew, or the page is of another delivery. Its SHA-256 is ${hash}.`);
        else say("other", `No: this is none of the files that this page tells of. A copy from a website was nearly always saved anew, and is another file. Its SHA-256 is ${hash}.`);
      } catch {
        say("other", `${file.name} could not be read. A folder cannot be checked here; drop a file.`);
      }
    };
    chooser.addEventListener("change", () => chooser.files[0] && void look(chooser.files[0]));
    const over = (on) => (event) => {
      event.preventDefault();
      zone.classList.toggle("over", on);
      if (event.type === "drop" && event.dataTransfer.files[0]) void look(event.dataTransfer.files[0]);
    };
    zone.addEventListener("dragover", over(true));
    zone.addEventListener("dragleave", over(false));
    zone.addEventListener("drop", over(false));
    place.append(zone);
  }

  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function player(looks, number) {
    const figures = ["result", "plate", "hands"].map((name) => looks.querySelector(`[data-look=${name}]`));
    const [result, plate, hands] = figures.map((one) => one.querySelector("img"));
    const under = made("img", { src: result.src, alt: result.alt });
    const above = made("img", { src: plate.src, alt: plate.alt, className: "above" });
    const edge = made("span", { className: "edge" });
    const slider = made("input", { type: "range", min: 0, max: 100, value: 50, id: `wipe-${number}` });
    const caption = made("p", { className: "quiet" });
    let looked = plate;
    const buttons = [["As it was filmed", plate, "as it was filmed"], ["By hand", hands, "coloured by hand"]].map(([name, look, words]) => {
      const button = made("button", { type: "button", textContent: name });
      button.addEventListener("click", () => toggle(look));
      return { button, look, words };
    });
    const screen = made("div", { className: "screen" }, under, above);
    const moved = looks.dataset.frames ? motion(looks, figures, screen, number) : null;
    screen.append(edge);
    function show(look) {
      looked = look;
      above.src = look.src;
      above.alt = look.alt;
      moved?.look(look === hands ? 2 : 1);
      const { words } = buttons.find((one) => one.look === look);
      caption.textContent = `Left of the line ${words}, right of it as delivered.${moved ? ` ${moved.words}` : ""}`;
      slider.setAttribute("aria-label", `How much is shown ${words}`);
      wipe();
    }
    function wipe() {
      above.style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`;
      if (moved) moved.above.style.clipPath = above.style.clipPath;
      edge.style.left = `${slider.value}%`;
      for (const one of buttons) one.button.setAttribute("aria-pressed", String(one.look === looked && slider.value > 0));
    }
    function toggle(look) {
      if (looked === look) slider.value = slider.value > 0 ? 0 : 100;
      else if (!(slider.value > 0)) slider.value = 100;
      show(look);
    }
    slider.addEventListener("input", wipe);
    const drag = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = screen.getBoundingClientRect();
      slider.value = (100 * (event.clientX - box.left)) / box.width;
      wipe();
    };
    screen.addEventListener("pointerdown", drag);
    screen.addEventListener("pointermove", drag);
    const whole = made("div", { className: "player" }, screen, ...(moved ? [moved.controls] : []), made("div", { className: "controls" }, ...buttons.map((one) => one.button), slider), caption);
    whole.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "h") {
        slider.value = looked === hands && slider.value > 99 ? 0 : 100;
        show(hands);
      } else if (!moved || !moved.key(event)) return;
      event.preventDefault();
    });
    looks.prepend(whole);
    looks.classList.add("played");
    show(plate);
  }

  // The frames that the page carries, played at the shot's own pace; nothing moves before somebody asks.
  function motion(looks, figures, screen, number) {
    const frames = looks.dataset.frames.split(" ").map(Number);
    const [width, height, columns] = looks.dataset.size.split(" ").map(Number);
    const rows = Math.ceil(frames.length / columns);
    const rate = Number(looks.dataset.rate);
    const [under, above] = ["under", "above"].map((name) => {
      const canvas = made("canvas", { width, height, className: `moving ${name}` });
      canvas.setAttribute("role", "img");
      return canvas;
    });
    screen.append(under, above);
    const play = made("button", { type: "button", textContent: "Play" });
    const back = made("button", { type: "button", textContent: "Still", hidden: true });
    const place = made("input", { type: "range", min: 0, max: frames.length - 1, value: 0, id: `frame-${number}` });
    const told = made("span", { className: "frame" });
    place.setAttribute("aria-label", "Frame");
    let strips = null, other = 1, at = 0, began = 0, asked = 0, turn = 0;

    const ready = () => (strips ??= Promise.all(figures.map(async (one) => {
      const strip = made("img", { src: one.dataset.strip });
      await strip.decode();
      return strip;
    })));
    async function draw() {
      const mine = ++turn;
      const all = await ready();
      if (mine !== turn) return;
      const from = [Math.floor(at / rows) * width, (at % rows) * height];
      [[under, 0], [above, other]].forEach(([canvas, kind]) => {
        canvas.getContext("2d").drawImage(all[kind], ...from, width, height, 0, 0, width, height);
        canvas.dataset.frame = frames[at];
      });
      under.setAttribute("aria-label", `Frame ${frames[at]} as it is delivered`);
      above.setAttribute("aria-label", `Frame ${frames[at]} ${other === 2 ? "coloured by hand" : "as it was filmed"}`);
      screen.classList.add("moves");
      back.hidden = false;
      place.value = at;
      place.setAttribute("aria-valuetext", `frame ${frames[at]}`);
      told.textContent = `frame ${frames[at]}`;
    }
    function go(to) {
      at = Math.max(0, Math.min(frames.length - 1, to));
      void draw();
    }
    function pause() {
      cancelAnimationFrame(asked);
      asked = 0;
      play.textContent = "Play";
    }
    const length = (frames[frames.length - 1] - frames[0] + 1) / rate;
    function tick(now) {
      const gone = (now - began) / 1000;
      if (still.matches && gone >= length) {
        pause();
        return go(frames.length - 1);
      }
      const frame = frames[0] + (gone % length) * rate;
      let to = frames.length - 1;
      while (to > 0 && frames[to] > frame) to--;
      if (to !== at) go(to);
      asked = requestAnimationFrame(tick);
    }
    async function start() {
      play.textContent = "Pause";
      asked = -1;
      await ready();
      if (asked !== -1) return;
      if (at === frames.length - 1) at = 0;
      go(at);
      began = performance.now() - (1000 * (frames[at] - frames[0])) / rate;
      asked = requestAnimationFrame(tick);
    }
    const toggle = () => (asked ? pause() : void start());
    play.addEventListener("click", toggle);
    place.addEventListener("input", () => {
      pause();
      go(Number(place.value));
    });
    back.addEventListener("click", () => {
      pause();
      turn++;
      screen.classList.remove("moves");
      back.hidden = true;
      told.textContent = "";
      play.focus();
    });
    document.addEventListener("visibilitychange", () => document.hidden && asked && pause());
    const some = frames.length < Number(looks.dataset.of) ? `${frames.length} of its ${looks.dataset.of} frames, spread evenly, small` : `all its ${frames.length} frames, small`;
    return {
      above,
      words: `In motion: ${some} and without sound. Keys: K plays, arrows step, H colours by hand.`,
      controls: made("div", { className: "controls" }, play, back, place, told),
      look: (kind) => {
        other = kind;
        if (screen.classList.contains("moves")) void draw();
      },
      key: (event) => {
        if (event.key === "k") toggle();
        else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && event.target.type !== "range") {
          pause();
          go(screen.classList.contains("moves") ? at + (event.key === "ArrowRight" ? 1 : -1) : at);
        } else return false;
        return true;
      },
    };
  }

  document.querySelectorAll(".looks").forEach(player);
  const place = document.getElementById("drop");
  if (place) checker(place);
})();
