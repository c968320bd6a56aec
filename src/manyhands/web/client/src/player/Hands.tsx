// Whose hands: of one pixel, and of the whole take.

import { type Here, type Part, percent } from "../api";

export type Pixel = { x: number; y: number; found: readonly Here[] };

export function OfPixel({ pixel }: { pixel: Pixel }) {
  return (
    <div className="here" role="status">
      <span className="quiet">
        x {pixel.x}, y {pixel.y}
      </span>
      {pixel.found.length === 0 && <div>nobody's</div>}
      {pixel.found.map((one) => (
        <div key={one.hand}>
          <i style={{ background: one.colour }} /> {one.name}
          <b>
            {one.origin_ppm > 0 && percent(one.origin_ppm)}
            {one.altered_ppm > 0 && ` altered ${percent(one.altered_ppm)}`}
          </b>
        </div>
      ))}
    </div>
  );
}

export function Legend({ parts }: { parts: readonly Part[] }) {
  return (
    <ul className="legend" aria-label="Hands">
      {parts.map((one) => (
        <li key={one.hand}>
          <i style={{ background: one.colour }} /> {one.name}
          <b>{one.origin_ppm > 0 ? percent(one.origin_ppm) : `altered ${percent(one.altered_ppm)}`}</b>
        </li>
      ))}
    </ul>
  );
}
