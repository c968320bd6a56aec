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

  function player(looks, number) {
    const [result, plate, hands] = ["result", "plate", "hands"].map((name) => looks.querySelector(`[data-look=${name}] img`));
    const under = made("img", { src: result.src, alt: result.alt });
    const above = made("img", { src: plate.src, alt: plate.alt, className: "above" });
    const edge = made("span", { className: "edge" });
    const slider = made("input", { type: "range", min: 0, max: 100, value: 50, id: `wipe-${number}` });
    const caption = made("p", { className: "quiet" });
    const buttons = [["As it was filmed", plate, "as it was filmed"], ["By hand", hands, "coloured by hand"]].map(([name, look, words]) => {
      const button = made("button", { type: "button", textContent: name });
      button.addEventListener("click", () => show(look, words));
      return { button, look };
    });
    function show(look, words) {
      above.src = look.src;
      above.alt = look.alt;
      for (const one of buttons) one.button.setAttribute("aria-pressed", String(one.look === look));
      caption.textContent = `Left of the line ${words}, right of it as delivered.`;
      slider.setAttribute("aria-label", `How much is shown ${words}`);
    }
    const wipe = () => {
      above.style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`;
      edge.style.left = `${slider.value}%`;
    };
    slider.addEventListener("input", wipe);
    const screen = made("div", { className: "screen" }, under, above, edge);
    const drag = (event) => {
      if (event.type === "pointermove" && !event.buttons) return;
      const box = screen.getBoundingClientRect();
      slider.value = (100 * (event.clientX - box.left)) / box.width;
      wipe();
    };
    screen.addEventListener("pointerdown", drag);
    screen.addEventListener("pointermove", drag);
    looks.prepend(made("div", { className: "player" }, screen, made("div", { className: "controls" }, ...buttons.map((one) => one.button), slider), caption));
    looks.classList.add("played");
    show(plate, "as it was filmed");
    wipe();
  }

  document.querySelectorAll(".looks").forEach(player);
  const place = document.getElementById("drop");
  if (place) checker(place);
})();
