// What somebody dropped or chose: one file, or the pictures of one sequence, out of files and folders.

import { Refused } from "./api";

export type Material = { name: string; files: readonly File[]; isSequence: boolean; left: number };

type Found = { file: File; folder: string };

const PICTURE = /\.(exr|dpx|tiff?|png|jpe?g)$/i;
const HIDDEN = /^\.|^(thumbs\.db|desktop\.ini)$/i;
const MOST_FILES = 10_000;
const DEEPEST = 8;

/** What was dropped.  Entries are taken at once, for the browser empties the event when its handler returns. */
export function dropped(data: DataTransfer): Promise<Material> {
  const entries = [...data.items].filter((one) => one.kind === "file").map((one) => one.webkitGetAsEntry());
  const files = [...data.files];
  if (!entries.length || entries.some((one) => one === null)) return Promise.resolve().then(() => chosen(files));
  return Promise.all(entries.map((one) => walked(one as FileSystemEntry, "", 0))).then((found) => {
    const only = entries.length === 1 && entries[0]!.isDirectory ? entries[0]!.name : "";
    return told(found.flat(), only);
  });
}

/** What was chosen with a button: files, or a folder, whose files say where in it they lie. */
export function chosen(files: readonly File[]): Material {
  const folder = files[0]?.webkitRelativePath.split("/")[0] ?? "";
  return told(
    files.map((file) => ({ file, folder: file.webkitRelativePath.split("/").slice(0, -1).join("/") })),
    folder,
  );
}

function told(every: readonly Found[], folder: string): Material {
  const seen = every.filter((one) => !HIDDEN.test(one.file.name) && !one.folder.split("/").some((part) => HIDDEN.test(part)));
  if (!seen.length) throw refused(folder ? `${folder}: there is no file in it.` : "Nothing was dropped that is a file.");
  if (seen.length > MOST_FILES) throw refused(`${seen.length} files are more than a sequence has; it has at most ${MOST_FILES}.`);
  const pictures = seen.filter((one) => PICTURE.test(one.file.name));
  if (seen.length === 1 && !folder) return { name: seen[0]!.file.name, files: [seen[0]!.file], isSequence: false, left: 0 };
  if (pictures.length > 1) {
    const folders = [...new Set(pictures.map((one) => one.folder))];
    if (folders.length > 1) throw refused(`dropped: pictures lie in ${folders.length} folders, ${folders.slice(0, 3).join(", ")}${folders.length > 3 ? " …" : ""}.`);
    const name = folder || stem(pictures[0]!.file.name);
    return { name, files: pictures.map((one) => one.file), isSequence: true, left: seen.length - pictures.length };
  }
  if (seen.length === 1) return { name: seen[0]!.file.name, files: [seen[0]!.file], isSequence: false, left: 0 };
  throw refused(`${seen.length} files are neither one clip nor one sequence.`);
}

/** A picture's name without its number: sh010.1001.exr is of sh010. */
const stem = (name: string) => name.replace(PICTURE, "").replace(/[._-]?\d+$/, "") || name;

const refused = (what: string) => new Refused("InputError", what, "Drop one clip, or the pictures of one sequence.", 400);

async function walked(entry: FileSystemEntry, folder: string, depth: number): Promise<Found[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    return [{ file, folder }];
  }
  if (depth > DEEPEST) throw refused(`${entry.name}: it lies too deep.`);
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Found[] = [];
  for (;;) {
    // a browser gives a hundred at a time, and none at the end
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (!some.length) return found;
    for (const one of some) found.push(...(await walked(one, folder ? `${folder}/${entry.name}` : entry.name, depth + 1)));
    if (found.length > 2 * MOST_FILES) throw refused(`${entry.name}: it holds more than ${MOST_FILES} files.`);
  }
}
