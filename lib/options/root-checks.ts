import { problem, type OptionCheck } from './option-check.js';
import { isSwitch } from './simple-checks.js';

/** `keyPrefix`: what a key can begin with without moving its hash tag. */
export const isKeyPrefix: OptionCheck = (value, { path }) => {
  if (typeof value === 'string' && /[{}]/.test(value)) {
    const expected =
      "braces would move the keys' hash tag, and a user's sessions would no longer lie on one node";
    return [problem(path, value, expected, 'Leave the braces out.')];
  }
  if (typeof value === 'string' && /^[!-~]{1,64}$/.test(value)) return [];
  const expected = 'it must be 1 to 64 printable ASCII characters without spaces';
  return [problem(path, value, expected, "Write one such as 'sess:'.")];
};

/** `insecureDev`: never where real users are. */
export const isRefusedInProduction: OptionCheck = (value, site) => {
  if (value !== true || !site.production) return isSwitch(value, site);
  const expected = 'NODE_ENV is production, and tokens would travel in the clear';
  return [problem(site.path, value, expected, 'Drop it, and serve the app over https.')];
};
