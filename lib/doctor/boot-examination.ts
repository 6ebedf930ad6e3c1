import type { DoctorFinding } from './doctor-finding.js';
import type { SessionDoctor } from './session-doctor.js';

/** More are counted, not named. */
const MOST_NAMED = 3;

/** One look at Redis while the app starts; the start does not wait for it. */
export class BootExamination {
  #ended = false;

  /** @param tell hears one line for each danger and warning */
  constructor(
    private readonly doctor: SessionDoctor,
    private readonly tell: (line: string) => void,
  ) {}

  begin(): void {
    void this.doctor.examine().then((findings) => {
      if (this.#ended) return;
      for (const finding of findings) {
        if (finding.severity !== 'note') this.tell(findingLine(finding));
      }
    });
  }

  /** What is found from now on is not told. */
  end(): void {
    this.#ended = true;
  }
}

/** The finding on one line of a log. */
export function findingLine({ id, nodes, found, consequence, cure }: DoctorFinding): string {
  const named = nodes.slice(0, MOST_NAMED).join(', ');
  const more = nodes.length > MOST_NAMED ? ` and ${nodes.length - MOST_NAMED} more` : '';
  const where = nodes.length === 0 ? '' : ` on ${named}${more}`;
  return `Redis, ${id}: ${found}${where}. ${consequence} Cure: ${cure.replace(/\.$/, '')}.`;
}
