const CR = 13;
/** First bytes of values that end with their line. */
const LINES = '+-:,#_(';
const TEXTS = '$=!';

/** Cuts a stream of the Redis protocol (RESP) into whole values: commands one way, replies the other. */
export class RespSplitter {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the values that are complete with this chunk, as they came */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const values: Buffer[] = [];
    let at = 0;
    for (let end = endOfValue(bytes, at); end >= 0; end = endOfValue(bytes, at)) {
      values.push(bytes.subarray(at, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
    return values;
  }
}

/** Where the value that starts at `at` ends; -1 where more must come. */
function endOfValue(bytes: Buffer, at: number): number {
  const lineEnd = bytes.indexOf(CR, at);
  if (lineEnd < 0 || lineEnd + 2 > bytes.length) return -1;
  const kind = String.fromCharCode(bytes[at]!);
  const afterLine = lineEnd + 2;
  if (LINES.includes(kind)) return afterLine;
  const size = Number(bytes.toString('latin1', at + 1, lineEnd));
  if (size < 0) return afterLine;
  if (TEXTS.includes(kind)) {
    const end = afterLine + size + 2;
    return end <= bytes.length ? end : -1;
  }
  let end = afterLine;
  for (let left = kind === '%' ? size * 2 : size; left > 0 && end >= 0; left--) {
    end = endOfValue(bytes, end);
  }
  return end;
}
