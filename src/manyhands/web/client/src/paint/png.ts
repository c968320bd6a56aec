// A matte as a file: PNG of 8-bit grey, which a canvas does not write by itself.

import { type Mask, empty } from "./mask";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export async function written(mask: Mask): Promise<Blob> {
  const rows = new Uint8Array((mask.width + 1) * mask.height); // each row begins with its filter: none
  for (let y = 0; y < mask.height; y++) rows.set(mask.data.subarray(y * mask.width, (y + 1) * mask.width), y * (mask.width + 1) + 1);
  const packed = new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate")));
  const head = new DataView(new ArrayBuffer(13));
  head.setUint32(0, mask.width);
  head.setUint32(4, mask.height);
  head.setUint8(8, 8); // bits; then grey, and the one way of packing, filtering and order
  const parts = [chunk("IHDR", new Uint8Array(head.buffer)), chunk("IDAT", new Uint8Array(await packed.arrayBuffer())), chunk("IEND", new Uint8Array())];
  return new Blob([new Uint8Array(SIGNATURE), ...parts], { type: "image/png" });
}

/** The matte that a file holds, by its red. */
export async function read(file: Blob): Promise<Mask> {
  const picture = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext("2d", { willReadFrequently: true })!;
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, picture.width, picture.height);
  const mask = empty(picture.width, picture.height);
  for (let at = 0; at < mask.data.length; at++) mask.data[at] = data[4 * at]!;
  return mask;
}

function chunk(name: string, body: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(body.length + 12);
  const view = new DataView(whole.buffer);
  view.setUint32(0, body.length);
  for (let at = 0; at < 4; at++) whole[4 + at] = name.charCodeAt(at);
  whole.set(body, 8);
  view.setUint32(body.length + 8, sum(whole.subarray(4, body.length + 8)));
  return whole;
}

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function sum(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ TABLE[(value ^ byte) & 255]!;
  return (value ^ 0xffffffff) >>> 0;
}
