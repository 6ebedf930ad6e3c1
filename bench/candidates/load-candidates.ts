import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Candidate } from './candidate.js';

const HERE = dirname(fileURLToPath(import.meta.url));
const ENDING = '.candidate.js';
/** Rows of a table: what is subtracted, what is compared with, ours. */
const ORDER: readonly Candidate['role'][] = ['bare', 'floor', 'peer', 'own'];

/** All candidates there is a file of in this folder. */
export async function loadCandidates(): Promise<Candidate[]> {
  const names = readdirSync(HERE).filter((name) => name.endsWith(ENDING));
  const loaded = await Promise.all(names.map((name) => loadFile(name)));
  return loaded.sort((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
}

/** One of them by its name. */
export async function loadCandidate(name: string): Promise<Candidate> {
  return loadFile(`${name}${ENDING}`);
}

async function loadFile(name: string): Promise<Candidate> {
  const file = (await import(pathToFileURL(join(HERE, name)).href)) as { candidate: Candidate };
  return file.candidate;
}
