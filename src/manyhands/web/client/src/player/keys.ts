// The player's keys: one table, from which they act and from which the help is shown.

import type { Mode } from "./draw";
import type { Transport } from "./transport";

export type Key = {
  /** As a browser names them, letters small. */
  keys: readonly string[];
  shows: string;
  does: string;
  act?: (event: KeyboardEvent) => void;
};
export type Group = { name: string; keys: readonly Key[] };

export const MODES: readonly { mode: Mode; name: string; key: string; needs: number; does: string }[] = [
  { mode: "one", name: "Picture", key: "1", needs: 1, does: "" },
  { mode: "wipe", name: "Wipe", key: "w", needs: 2, does: "wipe between two: drag the edge" },
  { mode: "side", name: "Side by side", key: "s", needs: 2, does: "up to four side by side" },
  { mode: "difference", name: "Difference", key: "d", needs: 2, does: "the difference of two, four times as bright" },
  { mode: "hands", name: "Hands", key: "h", needs: 1, does: "every pixel tinted by the hands that made it: point to read" },
];

export type Commands = {
  transport: Transport;
  alone: (index: number) => void;
  swap: () => void;
  setMode: (mode: Mode) => void;
  zoom: (by: number) => void;
  fit: () => void;
  pixels: () => void;
  /** The next remark, or with -1 the one before. */
  remark: (way: 1 | -1) => void;
  playRemark: () => void;
  help: () => void;
};

/** Every key of the player, as it stands in the help. */
export function keysOf(to: Commands): readonly Group[] {
  const { transport } = to;
  const { first, last } = transport.whole;
  return [
    {
      name: "Play",
      keys: [
        { keys: [" "], shows: "Space", does: "play and pause; held, the picture is dragged" }, // acts as it is let go
        { keys: ["j"], shows: "J", does: "play back; again is faster", act: () => transport.play(-1) },
        { keys: ["k"], shows: "K", does: "pause", act: () => transport.pause() },
        { keys: ["l"], shows: "L", does: "play; again is faster", act: () => transport.play(1) },
        { keys: ["ArrowLeft", "ArrowRight"], shows: "← →", does: "one frame back or on; ten with Shift", act: (event) => transport.step((event.key === "ArrowLeft" ? -1 : 1) * (event.shiftKey ? 10 : 1)) },
        { keys: ["Home", "End"], shows: "Home End", does: "the first or the last frame", act: (event) => transport.step((event.key === "Home" ? first : last) - transport.frame) },
      ],
    },
    {
      name: "A range",
      keys: [
        { keys: ["i"], shows: "I", does: "mark in", act: () => transport.setMark({ first: transport.frame }) },
        { keys: ["o"], shows: "O", does: "mark out; a comment can be of what is marked", act: () => transport.setMark({ last: transport.frame }) },
        { keys: ["x"], shows: "X", does: "no marks", act: () => transport.setMark({ first, last }) },
      ],
    },
    {
      name: "Compare",
      keys: [
        { keys: ["1", "2", "3", "4"], shows: "1 – 4", does: "each alone, in the order in which they are on the screen", act: (event) => to.alone(Number(event.key) - 1) },
        { keys: ["p"], shows: "P", does: "swap the two that are compared", act: () => to.swap() },
        ...MODES.filter((one) => one.does).map((one): Key => ({ keys: [one.key], shows: one.key.toUpperCase(), does: one.does, act: () => to.setMode(one.mode) })),
      ],
    },
    {
      name: "Look closer",
      keys: [
        { keys: ["+", "="], shows: "+", does: "nearer, where you point; so does the wheel", act: () => to.zoom(1.25) },
        { keys: ["-"], shows: "−", does: "farther", act: () => to.zoom(0.8) },
        { keys: ["z"], shows: "Z", does: "one pixel is one pixel, and back; so does a double click", act: () => to.pixels() },
        { keys: ["f"], shows: "F", does: "the whole picture", act: () => to.fit() },
      ],
    },
    {
      name: "Comments",
      keys: [
        { keys: ["n"], shows: "N", does: "the next comment", act: () => to.remark(1) },
        { keys: ["b"], shows: "B", does: "the comment before", act: () => to.remark(-1) },
        { keys: ["r"], shows: "R", does: "play the frames of the comment that is here", act: () => to.playRemark() },
      ],
    },
    { name: "Help", keys: [{ keys: ["?"], shows: "?", does: "these keys", act: () => to.help() }] },
  ];
}
