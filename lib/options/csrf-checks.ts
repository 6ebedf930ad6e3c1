import { isInsecureDev } from './cookie-rules.js';
import { describeValue } from './describe-value.js';
import { problem, type OptionCheck, type OptionSite } from './option-check.js';
import { isPlainRemote, normalizedOrigin } from './origins.js';
import { isPlainObject } from './simple-checks.js';

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~\w]{1,64}$/;
/** What a form of any site can send, or browsers themselves do. */
const TAKEN =
  /^(accept|accept-language|authorization|content-.+|cookie|host|origin|range|sec-.+)$/i;

/** `csrf`: on, off, or how. */
export const isCsrf: OptionCheck = (value, { path }) =>
  isPlainObject(value)
    ? []
    : [
        problem(
          path,
          value,
          'it must be true, false or an object of options',
          "Write csrf: { origins: ['https://admin.shop.example'] }, or drop it.",
        ),
      ];

/** `csrf.origins`: what browsers write in the header Origin, of sites that nobody on the way can be. */
export const areOrigins: OptionCheck = (value, site) => {
  if (!Array.isArray(value)) {
    const mend = "Write csrf: { origins: ['https://admin.shop.example'] }.";
    return [problem(site.path, value, 'it must be an array of origins', mend)];
  }
  return value.flatMap((origin: unknown, at) =>
    originProblems(origin, `${site.path}[${at}]`, site),
  );
};

/** `csrf.header`: one that no other site can make a browser send. */
export const isTokenHeader: OptionCheck = (value, { path }) => {
  const mend = "Drop it: the default is 'X-CSRF-Token'.";
  if (typeof value !== 'string' || !TOKEN.test(value)) {
    return [problem(path, value, 'it must be the name of a header (RFC 9110 5.6.2)', mend)];
  }
  if (!TAKEN.test(value)) return [];
  return [problem(path, value, 'browsers send that header by themselves, or for any site', mend)];
};

/** True where the options of `csrf` are to be looked at. */
export function isNoSwitch({ csrf }: { readonly csrf?: unknown }): boolean {
  return typeof csrf !== 'boolean';
}

function originProblems(value: unknown, path: string, { root }: OptionSite): string[] {
  const origin = typeof value === 'string' ? normalizedOrigin(value) : undefined;
  if (origin === undefined) {
    const expected = 'it must be one origin: scheme, host and port, without path or wildcard';
    return [problem(path, value, expected, `Write ${describeValue(suggestion(value))}.`)];
  }
  if (!isPlainRemote(origin) || isInsecureDev(root)) return [];
  const expected = 'over plain http anyone on the way can be that origin';
  return [
    problem(path, value, expected, `Write ${describeValue(origin.replace('http', 'https'))}.`),
  ];
}

/** What was meant, where it can be told. */
function suggestion(value: unknown): string {
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  const [, host] =
    /^(?:https?:\/\/)?((?:[a-z0-9-]+\.)+[a-z]+(?::\d+)?)(?:[/?#]|$)/.exec(text) ?? [];
  return `https://${host ?? 'admin.shop.example'}`;
}
