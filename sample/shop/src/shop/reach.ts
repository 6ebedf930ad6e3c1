import { ServiceUnavailableException } from '@nestjs/common';

/** Redis did not answer, while it chooses a new master perhaps: the client may ask again. */
export async function reach<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (cause) {
    throw new ServiceUnavailableException('The shop does not reach its data.', { cause });
  }
}
