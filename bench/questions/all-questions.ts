import { cpuQuestion } from './cpu.question.js';
import { fixedRateQuestion } from './fixed-rate.question.js';
import { memoryQuestion } from './memory.question.js';
import type { Question } from './question.js';
import { trafficQuestion } from './traffic.question.js';
import { writersQuestion } from './writers.question.js';

const QUICK = true;

/** In the order in which they are asked: those that targets are set for come first. */
export const ALL_QUESTIONS: readonly Question[] = [
  cpuQuestion('read', 2000, 16, QUICK),
  cpuQuestion('write', 2000, 16, QUICK),
  cpuQuestion('unchanged', 20_000, 16, QUICK),
  cpuQuestion('unchanged', 200_000, 16),
  cpuQuestion('write', 20_000, 16),
  cpuQuestion('write', 200_000, 16),
  trafficQuestion('unchanged', 2000, QUICK),
  trafficQuestion('write', 2000, QUICK),
  trafficQuestion('write', 200_000),
  writersQuestion,
  fixedRateQuestion('read', 2000, QUICK),
  fixedRateQuestion('write', 2000),
  cpuQuestion('login', 2000, 16, QUICK),
  cpuQuestion('logout', 2000, 16),
  trafficQuestion('login', 2000),
  trafficQuestion('logout', 2000),
  cpuQuestion('bare', 2000, 16),
  cpuQuestion('unchanged', 2000, 16),
  cpuQuestion('read', 2000, 1),
  cpuQuestion('read', 2000, 64),
  cpuQuestion('write', 2000, 1),
  cpuQuestion('write', 2000, 64),
  cpuQuestion('read', 200, 16),
  cpuQuestion('write', 200, 16),
  cpuQuestion('read', 20_000, 16),
  cpuQuestion('read', 200_000, 16),
  cpuQuestion('unchanged', 200, 16),
  memoryQuestion,
];
