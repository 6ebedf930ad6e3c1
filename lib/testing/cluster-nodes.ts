/** A range of hash slots, both ends included. */
export interface SlotRange {
  /** The lowest slot. */
  first: number;
  /** The highest slot. */
  last: number;
}

/** One line of CLUSTER NODES: what one node holds to be true of another, or of itself. */
export interface ClusterNodeLine {
  id: string;
  port: number;
  flags: readonly string[];
  /** The id of its master, where it is a replica. */
  masterId: string | undefined;
  configEpoch: number;
  slots: readonly SlotRange[];
  /** Slot -> id of the node it is moving to. Only on the line of the asked node itself. */
  migrating: ReadonlyMap<number, string>;
  /** Slot -> id of the node it is coming from. Only on the line of the asked node itself. */
  importing: ReadonlyMap<number, string>;
}

/** Reads the answer to CLUSTER NODES. */
export function parseClusterNodes(reply: string): ClusterNodeLine[] {
  return reply
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

/** Whether one of the ranges holds the slot. */
export function holdsSlot(line: ClusterNodeLine, slot: number): boolean {
  return line.slots.some(({ first, last }) => first <= slot && slot <= last);
}

/** Who is master or replica of whom with which slots, as text that two nodes' views share. */
export function topologyOf(lines: readonly ClusterNodeLine[]): string {
  return lines
    .map(({ id, masterId, slots }) => {
      const ranges = slots.map(({ first, last }) => `${first}-${last}`).join(',');
      return `${id.slice(0, 8)} ${masterId ? `replica of ${masterId.slice(0, 8)}` : `master ${ranges}`}`;
    })
    .sort()
    .join('; ');
}

function parseLine(line: string): ClusterNodeLine {
  const [id = '', address = '', flags = '', master = '-', , , epoch = '0', , ...slots] =
    line.split(' ');
  return {
    id,
    port: Number(/:(\d+)@/.exec(address)?.[1]),
    flags: flags.split(','),
    masterId: master === '-' ? undefined : master,
    configEpoch: Number(epoch),
    slots: slots.filter((part) => !part.startsWith('[')).map(parseRange),
    migrating: openSlots(slots, '->-'),
    importing: openSlots(slots, '-<-'),
  };
}

function parseRange(text: string): SlotRange {
  const [first = '', last = first] = text.split('-');
  return { first: Number(first), last: Number(last) };
}

function openSlots(slots: readonly string[], arrow: string): Map<number, string> {
  const open = slots.filter((part) => part.startsWith('[') && part.includes(arrow));
  return new Map(
    open.map((part) => {
      const [slot = '', id = ''] = part.slice(1, -1).split(arrow);
      return [Number(slot), id];
    }),
  );
}
