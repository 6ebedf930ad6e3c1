import { describeCommits } from './behaviours/commits.js';
import { describeEnding } from './behaviours/ending.js';
import { describeEnds } from './behaviours/ends.js';
import { describeExpiry } from './behaviours/expiry.js';
import { describeLimits } from './behaviours/limits.js';
import { describeOperations } from './behaviours/operations.js';
import { describeReading } from './behaviours/reading.js';
import { describeAdmission } from './behaviours/record-admission.js';
import { describeRecordChanges } from './behaviours/record-changes.js';
import { describeRecordEnds } from './behaviours/record-ends.js';
import { describeUserSessions } from './behaviours/user-sessions.js';
import { RecordUser } from './record-user.js';
import { describeRenewing } from './behaviours/renewing.js';
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
    describeRenewing(user, () => subject);
    describeEnds(user, () => subject);
    const records = new RecordUser(user);
    describeAdmission(records);
    describeRecordChanges(records);
    describeRecordEnds(records, () => subject);
    describeUserSessions(records);
  });
}
