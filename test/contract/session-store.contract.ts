import { describeCommits } from './behaviours/commits.js';
import { describeEnding } from './behaviours/ending.js';
import { describeExpiry } from './behaviours/expiry.js';
import { describeLimits } from './behaviours/limits.js';
import { describeOperations } from './behaviours/operations.js';
import { describeReading } from './behaviours/reading.js';
import { StoreUser, type StoreUnderTest } from './store-under-test.js';

/** What every store must do. */
export function describeStoreContract(
  name: string,
  makeStore: () => Promise<StoreUnderTest>,
): void {
  describe(name, () => {
    let subject: StoreUnderTest;
    const user = new StoreUser(() => subject);

    beforeAll(async () => {
      subject = await makeStore();
    });
    afterAll(() => subject?.close());

    describeReading(user);
    describeCommits(user);
    describeLimits(user);
    describeOperations(user, () => subject);
    describeExpiry(user, () => subject);
    describeEnding(user);
  });
}
