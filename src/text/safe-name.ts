// The one gate for file names that somebody else chose: the receiver makes the name, never the sender.
// Whoever saves a file or lists one calls it. By POSIX and Windows rules on every system: a received file is often
// carried on to another. How the file is opened (exclusively, following no link) is the saver's part.
import { limits } from '../protocol/limits.ts';
import { safeLine } from './safe-text.ts';
import { graphemes } from './width.ts';

declare const isSafeName: unique symbol;
/** One path component that names no folder, no device and no hidden or started file, on any system. */
export type SafeName = string & { readonly [isSafeName]: true };

/** Room for ` (999)` and `.part` behind a name of 255 bytes, which is what file systems take. */
const nameBytesMax = limits.fileNameBytes - ' (999)'.length - '.part'.length;
/** An extension longer than this is part of the name. */
const extensionBytesMax = 32;
/** Only so much of a name is looked at: its beginning, and its end with the extension. */
const nameUnitsMax = 1_024;
const fallback = 'file';

/** Never empty, at most 244 bytes of UTF-8, NFC. The extension that counts is the extension that is seen. */
export function safeName(raw: string): SafeName {
  const shown = safeLine(
    baseName(raw)
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '_'),
  );
  const cleaned = trimEnds(shown.replace(/\ufffd/g, '_').replace(forbidden, '_'));
  return shorten(disarm(cleaned === '' ? fallback : cleaned)) as SafeName;
}

/** The name to try when `name` exists: `plan (1).pdf`, `logs (2).tar.gz`. `n` from 1. */
export function nextName(name: SafeName, n: number): SafeName {
  const { stem, extension } = split(name);
  return `${stem} (${n})${extension}` as SafeName;
}

/** What follows the last separator of either system, without separators at the end. */
function baseName(raw: string): string {
  const end = raw.search(/[^/\\][/\\]*$/) + 1;
  const whole = raw.slice(0, end);
  const base = whole.slice(Math.max(whole.lastIndexOf('/'), whole.lastIndexOf('\\')) + 1);
  if (base.length <= nameUnitsMax) return base;
  return base.slice(0, nameUnitsMax / 2) + base.slice(-nameUnitsMax / 2);
}

/** Windows' forbidden characters, and what reads as a slash, a colon or a dot but is another character. */
const forbidden =
  /[<>:"/\\|?*\u2024\u2044\u2215\u2216\u2236\u29f5\u29f8\u29f9\ufe55\ufe68\uff0e\uff0f\uff1a\uff3c\ua789]/g;

/** Windows drops dots and spaces at the end, so a name with them would be another file's. */
function trimEnds(name: string): string {
  let end = name.length;
  while (end > 0 && /[\s.\u2800]/.test(name.charAt(end - 1))) end--;
  return name.slice(0, end).trimStart();
}

/** Devices (Microsoft, "Naming Files, Paths, and Namespaces"): with any extension, also with spaces before it. */
const device = /^(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)/i;
/** Files that a desktop reads or follows by themselves as soon as their folder is shown. */
const selfStarting =
  /\.(desktop|url|lnk|scf|pif|webloc|inetloc|library-ms|search-ms|searchconnector-ms|settingcontent-ms|directory)$/i;
const selfStartingName = /^(autorun\.inf|desktop\.ini|thumbs\.db|folder\.jpg\.lnk)$/i;
/** 8.3 aliases: `git~1` is another name of `.git`. */
const alias = /~(?=\d)/g;

function disarm(name: string): string {
  // A leading dot hides, a dash is read as an option, ~ @ = + mean something to shells, curl and spreadsheets.
  const visible = name.replace(/^\.+/, '_').replace(alias, '_');
  const plain = /^[-~@=+]/.test(visible) || device.test(visible) ? `_${visible}` : visible;
  return selfStarting.test(plain) || selfStartingName.test(plain) ? `${plain}.txt` : plain;
}

function split(name: string): { stem: string; extension: string } {
  const found = /(?:\.tar)?\.[^.]+$/i.exec(name);
  const at = found === null || found.index === 0 ? name.length : found.index;
  const extension = name.slice(at);
  return Buffer.byteLength(extension) > extensionBytesMax
    ? { stem: name, extension: '' }
    : { stem: name.slice(0, at), extension };
}

/** Cuts the stem, never the extension, and never inside a character. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= nameBytesMax) return name;
  const { stem, extension } = split(name);
  const room = nameBytesMax - Buffer.byteLength(extension);
  let kept = '';
  let bytes = 0;
  for (const part of graphemes(stem)) {
    bytes += Buffer.byteLength(part);
    if (bytes > room) break;
    kept += part;
  }
  return trimEnds(kept) + extension;
}
