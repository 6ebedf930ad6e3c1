const BEGIN = '<!-- measured: written by npm run bench -->';
const END = '<!-- end of measured -->';

/** The text with what stands between the markers replaced; what people wrote around it stays. */
export function replaceMeasured(text: string, measured: string): string {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END);
  if (from < 0 || to < from) throw new Error(`The page has no lines '${BEGIN}' and '${END}'.`);
  return `${text.slice(0, from)}${BEGIN}\n\n${measured.trim()}\n\n${text.slice(to)}`;
}
