/** What must be found nowhere: texts by the name that a report gives them, never the text itself. */
export class Canaries {
  readonly #forms = new Map<string, string>();

  /** Looks for the text from now on, as it is and as encodings show it. */
  add(name: string, text: string): void {
    const bytes = Buffer.from(text);
    const hex = bytes.toString('hex');
    this.#forms.set(text, name);
    this.#forms.set(encodeURIComponent(text), name);
    this.#forms.set(bytes.toString('base64').replace(/=+$/, ''), `${name} as base64`);
    this.#forms.set(hex, `${name} as hex`);
    // Buffers are printed so, and no more than their first 50 bytes.
    const printed = hex.replace(/..(?!$)/g, '$& ').slice(0, 3 * 20 - 1);
    this.#forms.set(printed, `${name} in a printed buffer`);
  }

  /** A session's token: the text, and its secret part alone. */
  addToken(name: string, token: string): void {
    this.add(name, token);
    this.add(`the secret of ${name}`, token.slice(37, 80));
  }

  /** Names of those that the text holds. */
  foundIn(text: string): string[] {
    const found = new Set<string>();
    for (const [form, name] of this.#forms) if (text.includes(form)) found.add(name);
    return [...found];
  }
}
