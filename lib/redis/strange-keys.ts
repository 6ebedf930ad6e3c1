/** Hears of keys that hold no session where one should be, by the handle that the session would have. */
export type StrangeKeyReport = (event: 'stray' | 'foreign', handle: string) => void;
