/** What a browser adds to the requests of a site's own pages. */
const OWN_PAGE: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' };

/**
 * Headers as a page of the app's own has the browser send them: these, and what it adds by itself.
 * @param headers `'sec-fetch-site': undefined` leaves that out, as what is no browser does
 */
export function fromOwnPage(
  headers: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const all = Object.entries({ ...OWN_PAGE, ...headers });
  return Object.fromEntries(all.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
