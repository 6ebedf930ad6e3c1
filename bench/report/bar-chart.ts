import type { Row } from '../questions/result.js';

/** One bar: what it is made of, and how far the rounds were apart. */
export interface Bar {
  readonly label: string;
  /** Drawn one after the other, each paler than the one before. */
  readonly parts: readonly number[];
  readonly min: number;
  readonly max: number;
  readonly tone: Row['role'];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const LABELS = 230;
const NUMBERS = 70;
const TOP = 52;
const ROW = 24;
const BAR = 14;
/** Text in the colour that fits the reader's page, as the picture has no background of its own. */
const STYLE = `
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.unit { fill: #57606a }
.whisker { stroke: #24292f; stroke-width: 1.2 }
.bare, .floor { fill: #8c959f } .peer { fill: #bc4c00 } .own { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .unit { fill: #8d96a0 } .whisker { stroke: #e6edf3 }
  .bare, .floor { fill: #6e7681 } .peer { fill: #db6d28 } .own { fill: #4493f8 }
}`;

/** The chart as an SVG file. Bars are medians, whiskers reach from the least to the most of all rounds. */
export function barChart({ title, unit, bars }: Chart): string {
  const most = Math.max(1e-9, ...bars.map(({ max }) => max));
  const scale = (value: number): number =>
    Number(((value / most) * (WIDTH - LABELS - NUMBERS)).toFixed(1));
  const height = TOP + bars.length * ROW + 8;
  const rows = bars.map((bar, at) => drawBar(bar, TOP + at * ROW, scale));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    `<text class="title" x="8" y="20">${escaped(title)}</text>`,
    `<text class="unit" x="8" y="38">${escaped(unit)}</text>`,
    ...rows,
    '</svg>',
    '',
  ].join('\n');
}

function drawBar(
  { label, parts, min, max, tone }: Bar,
  y: number,
  scale: (v: number) => number,
): string {
  let x = LABELS;
  const rects = parts.map((part, at) => {
    const width = scale(part);
    const rect = `<rect class="${tone}" x="${x}" y="${y}" width="${width}" height="${BAR}" opacity="${at === 0 ? 1 : 0.5}"/>`;
    x = Number((x + width).toFixed(1));
    return rect;
  });
  const [from, to] = [LABELS + scale(min), LABELS + scale(max)];
  const middle = y + BAR / 2;
  const value = parts.reduce((sum, part) => sum + part, 0);
  return [
    `<text x="${LABELS - 8}" y="${y + 11}" text-anchor="end">${escaped(label)}</text>`,
    ...rects,
    `<path class="whisker" fill="none" d="M${from} ${middle}H${to}M${from} ${middle - 3}v6M${to} ${middle - 3}v6"/>`,
    `<text x="${Math.max(x, to) + 6}" y="${y + 11}">${Number(value.toPrecision(3))}</text>`,
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
