import { Buffer } from 'node:buffer';

/** One way a word may be written down. */
interface Pattern {
  readonly word: string;
  readonly encoding: string;
  readonly bytes: Buffer;
}

export interface Hit {
  readonly word: string;
  readonly encoding: string;
  readonly at: number;
}

const PREFIX_BYTES = 4;

/**
 * Every way the canary looks for: UTF-8 and both UTF-16, each as it is, in base64 and base64url at every alignment, in
 * hex of both cases; and the text as a JSON string within JSON, once and twice.
 */
function patternsOf(words: readonly string[]): Pattern[] {
  return words.flatMap((word) => {
    const spellings = new Set([word, inJson(word), inJson(inJson(word))]);
    return [...spellings].flatMap((text) => writtenAs(word, text));
  });
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function writtenAs(word: string, text: string): Pattern[] {
  const little = Buffer.from(text, 'utf16le');
  const raw: Record<string, Buffer> = {
    utf8: Buffer.from(text),
    utf16le: little,
    utf16be: Buffer.from(little).swap16(),
  };
  return Object.entries(raw).flatMap(([name, bytes]) => [
    { word, encoding: name, bytes },
    { word, encoding: `${name} hex`, bytes: Buffer.from(bytes.toString('hex')) },
    { word, encoding: `${name} HEX`, bytes: Buffer.from(bytes.toString('hex').toUpperCase()) },
    ...[0, 1, 2].flatMap((alignment) =>
      base64At(bytes, alignment).map((text64) => ({
        word,
        encoding: `${name} base64+${alignment}`,
        bytes: Buffer.from(text64),
      })),
    ),
  ]);
}

/** What stays the same of the base64 of anything that holds these bytes at this alignment. */
function base64At(bytes: Buffer, alignment: number): string[] {
  const padded = Buffer.concat([Buffer.alloc(alignment), bytes]);
  const whole = padded.toString('base64').replace(/=+$/u, '');
  const first = alignment === 0 ? 0 : alignment + 1;
  const last = padded.length % 3 === 0 ? whole.length : whole.length - 1;
  const core = whole.slice(first, last);
  return [...new Set([core, core.replaceAll('+', '-').replaceAll('/', '_')])];
}

/** Looks for all patterns in one pass. */
export class CanarySearch {
  private readonly byPrefix = new Map<number, Pattern[]>();
  private readonly starts = new Uint8Array(65_536);

  constructor(words: readonly string[]) {
    for (const pattern of patternsOf(words)) {
      const key = pattern.bytes.readUInt32LE(0);
      this.byPrefix.set(key, [...(this.byPrefix.get(key) ?? []), pattern]);
      this.starts[key & 0xffff] = 1;
    }
  }

  in(haystack: Buffer): Hit[] {
    const hits: Hit[] = [];
    for (let at = 0; at + PREFIX_BYTES <= haystack.length; at += 1) {
      const two = (haystack[at] ?? 0) | ((haystack[at + 1] ?? 0) << 8);
      if (this.starts[two] === 0) continue;
      for (const { word, encoding, bytes } of this.byPrefix.get(haystack.readUInt32LE(at)) ?? []) {
        if (
          haystack.compare(bytes, 0, bytes.length, at, Math.min(at + bytes.length, haystack.length)) === 0
        ) {
          hits.push({ word, encoding, at });
        }
      }
    }
    return hits;
  }
}
