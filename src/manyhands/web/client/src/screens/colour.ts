// A colour of a parameter, scene-linear ACEScg, as a browser's swatch shows it and back.

type Three = readonly [number, number, number];
type Matrix = readonly [Three, Three, Three];

// AP1 with its white (S-2014-004) to BT.709 with D65 by Bradford, and back
const TO_709: Matrix = [[1.70505, -0.62179, -0.08326], [-0.13026, 1.1408, -0.01055], [-0.024, -0.12897, 1.15297]];
const TO_AP1: Matrix = [[0.6131, 0.33952, 0.04738], [0.07019, 0.91635, 0.01345], [0.02062, 0.10957, 0.86981]];

const through = (by: Matrix, of: Three): Three => by.map((row) => row[0] * of[0] + row[1] * of[1] + row[2] * of[2]) as unknown as Three;

// the curve of sRGB, IEC 61966-2-1
const encoded = (light: number) => (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
const decoded = (code: number) => (code <= 0.04045 ? code / 12.92 : ((code + 0.055) / 1.055) ** 2.4);

/** How much brighter than white a colour is, which no swatch can show; 1 where it is not. */
const over = (of: Three) => Math.max(1, ...of);

export function read(text: string): Three | null {
  const numbers = text.split(",").map(Number);
  return numbers.length === 3 && numbers.every(Number.isFinite) ? (numbers as unknown as Three) : null;
}

/** The swatch of a colour; one that is brighter than white is shown as bright as white. */
export function swatch(of: Three): string {
  const code = through(TO_709, of.map((one) => one / over(of)) as unknown as Three).map((one) => Math.round(255 * encoded(Math.min(1, Math.max(0, one)))));
  return `#${code.map((one) => one.toString(16).padStart(2, "0")).join("")}`;
}

/** A swatch as a colour; it stays as much brighter than white as the one before was. */
export function picked(swatch: string, before: Three | null): string {
  const code = [1, 3, 5].map((at) => decoded(parseInt(swatch.slice(at, at + 2), 16) / 255)) as unknown as Three;
  const gain = before ? over(before) : 1;
  return through(TO_AP1, code).map((one) => Number((one * gain).toPrecision(4))).join(",");
}
