import type { Laid, Mode } from "./draw";
import type { Version } from "./versions";

/** The names of pictures that are seen together, each on its own. */
export function Names({ mode, shown, all, spoken, laid }: { mode: Mode; shown: readonly Version[]; all: readonly Version[]; spoken: Version; laid: Laid }) {
  if (mode !== "side" && mode !== "wipe") return null;
  return (
    <ul className="names" aria-label="Which is which">
      {shown.map((one, index) => {
        const field = laid.fields[index] ?? laid.fields[0]!;
        const box = laid.boxes[index] ?? laid.boxes[0]!;
        const [left, top] = [Math.max(field.x, box.x), Math.max(field.y, box.y)];
        const right = Math.min(field.x + field.width, box.x + box.width);
        const beneath = mode === "wipe" && index === 1;
        return (
          <li key={one.id} aria-current={mode === "side" && one === spoken ? "true" : undefined} style={{ top: top + 8, maxWidth: (right - left) / (mode === "wipe" ? 2 : 1) - 16, ...(beneath ? { left: right - 8, transform: "translateX(-100%)" } : { left: left + 8 }) }}>
            <kbd>{all.indexOf(one) + 1}</kbd> {one.name} {one.standing && <b>{one.standing}</b>}
          </li>
        );
      })}
    </ul>
  );
}
