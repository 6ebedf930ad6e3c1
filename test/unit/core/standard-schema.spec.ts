import { z } from 'zod';
import {
  isStandardSchema,
  validateStandard,
  type StandardSchemaOutput,
  type StandardSchemaResult,
  type StandardSchemaV1,
} from '../../../lib/core/standard-schema.js';

function schemaOf<T>(
  validate: (value: unknown) => StandardSchemaResult<T> | Promise<StandardSchemaResult<T>>,
): StandardSchemaV1<unknown, T> {
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

const numeric = schemaOf<number>((value) =>
  typeof value === 'number' ? { value } : { issues: [{ message: 'no number' }] },
);

describe('A Standard Schema', () => {
  it('is recognised as an object, a function or a library makes it', () => {
    expect(isStandardSchema(numeric)).toBe(true);
    expect(isStandardSchema(Object.assign(() => 1, numeric))).toBe(true);
    expect(isStandardSchema(z.object({}))).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['text', '~standard'],
    ['a class', class {}],
    ['an empty ~standard', { '~standard': null }],
    ['another version', { '~standard': { version: 2, vendor: 'x', validate: () => 1 } }],
    ['no validate', { '~standard': { version: 1, vendor: 'x' } }],
  ])('is not %s', (_, value) => {
    expect(isStandardSchema(value)).toBe(false);
  });

  it('gives its value at once where it is synchronous', () => {
    expect(validateStandard(numeric, 5)).toEqual({ value: 5 });
  });

  it('gives the converted value', () => {
    const schema = z.object({ n: z.number().default(3) });
    expect(validateStandard(schema, {})).toEqual({ value: { n: 3 } });
  });

  it('gives a value that is undefined as a value', () => {
    const outcome = validateStandard(
      schemaOf(() => ({ value: undefined })),
      1,
    );
    expect('issues' in outcome).toBe(false);
  });

  it('gives issues with bare keys, also where the schema wraps or omits them', () => {
    const schema = schemaOf(() => ({
      issues: [
        { message: 'a', path: ['items', { key: 2 }, { key: 'price' }] },
        { message: 'b' },
        { message: 'c', path: undefined },
      ],
    }));
    expect(validateStandard(schema, 1)).toEqual({
      issues: [
        { message: 'a', path: ['items', 2, 'price'] },
        { message: 'b', path: [] },
        { message: 'c', path: [] },
      ],
    });
  });

  it('gives the issues of a library with the keys that lead there', () => {
    const schema = z.object({ items: z.array(z.object({ price: z.number() })) });
    expect(validateStandard(schema, { items: [{ price: 'x' }] })).toMatchObject({
      issues: [{ path: ['items', 0, 'price'] }],
    });
  });

  it('gives a promise where it is asynchronous', async () => {
    const schema = schemaOf((value) => Promise.resolve({ value }));
    const outcome = validateStandard(schema, 7);
    expect(outcome).toBeInstanceOf(Promise);
    await expect(outcome).resolves.toEqual({ value: 7 });
    const failing = z.string().refine(() => Promise.resolve(false), 'never');
    await expect(validateStandard(failing, 'x')).resolves.toEqual({
      issues: [{ message: 'never', path: [] }],
    });
  });

  it('passes on what it throws', async () => {
    const broken = schemaOf(() => {
      throw new RangeError('broken');
    });
    expect(() => validateStandard(broken, 1)).toThrow(RangeError);
    const rejecting = schemaOf(() => Promise.reject(new RangeError('broken')));
    await expect(validateStandard(rejecting, 1)).rejects.toThrow(RangeError);
  });

  it('tells the compiler what it gives', () => {
    const schema = z.object({ id: z.string().transform(Number) });
    const output: StandardSchemaOutput<typeof schema> = { id: 1 };
    expect(validateStandard(schema, { id: '1' })).toEqual({ value: output });
  });
});
