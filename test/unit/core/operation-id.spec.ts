import { newOperationId } from '../../../lib/core/operation-id.js';

describe('Ids of operations', () => {
  it('are 11 base64url characters, and no two of many are alike', () => {
    const ids = Array.from({ length: 5000 }, () => newOperationId());

    expect(new Set(ids).size).toBe(5000);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{11}$/);
  });
});
