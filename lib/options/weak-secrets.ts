/** Least length of a secret: 256 bits, as much as the MAC's key can use (RFC 2104, section 3). */
const LEAST_BYTES = 32;

/** Fewer different characters than this is no random text of 32 characters or more. */
const LEAST_CHARACTERS = 8;

/** What placeholders, examples and walks over the keyboard are made of. */
const PLACEHOLDER_WORDS: readonly string[] = [
  'changeme change replace insert generate fixme todo please your mine my me here this that some something',
  'secret password passphrase pass letmein private key pepper token jwt session cookie keyboard cat',
  'example sample demo dummy fake placeholder default test tests testing temporary temp foobar foo bar hello world',
  'development dev local staging production prod environment env server express nest redis app shop insecure unsafe',
  'super very top long strong secure random string value characters character chars bytes byte length enough',
  'must should need least only with not for the use at be in is it of or than to and',
  'abcdefghijklmnopqrstuvwxyz abcdef abc xyz qwertyuiop qwerty asdfghjkl asdf zxcvbnm',
  '0123456789abcdef 01234567890123456789 0123456789 9876543210 123456789 12345678 123456 1234 123 32 64',
].flatMap((line) => line.split(' '));

/** Longest first, so that 'password' is not read as 'pass' and a rest. */
const PLACEHOLDER = new RegExp(
  [...PLACEHOLDER_WORDS].sort((a, b) => b.length - a.length).join('|'),
  'g',
);

/** Why a value is no secret, as the second half of a sentence; undefined for a good one. Never holds the value. */
export function weaknessOf(secret: unknown): string | undefined {
  if (typeof secret !== 'string') {
    return `it must be a string of at least ${LEAST_BYTES} random bytes`;
  }
  if (Buffer.byteLength(secret) < LEAST_BYTES) {
    return `it must have at least ${LEAST_BYTES} bytes, or tokens can be forged by guessing`;
  }
  if (isPattern(secret)) return 'it repeats itself, so it can be guessed';
  if (isPlaceholder(secret)) return 'it is made of the words of placeholders, so it can be guessed';
  return undefined;
}

/** The text is a shorter one repeated ('abcabca' too), or has few different characters. */
function isPattern(text: string): boolean {
  if (new Set(text).size < LEAST_CHARACTERS) return true;
  for (let period = 1; period <= text.length / 2; period++) {
    if (text.startsWith(text.slice(period))) return true;
  }
  return false;
}

/** Mostly letters and digits, of which less than a quarter is left without the words of placeholders. */
function isPlaceholder(text: string): boolean {
  const letters = text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (letters.length < text.length / 2) return false;
  return letters.replace(PLACEHOLDER, '').length < letters.length / 4;
}
