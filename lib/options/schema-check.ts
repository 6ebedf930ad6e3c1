import { problem, type OptionCheck } from './option-check.js';
import { isSchemaType, schemaTypeProblems } from './schema-type-check.js';
import { isPlainObject, isSwitch, isWholeNumber } from './simple-checks.js';
import { unknownOption } from './unknown-option.js';

const NAMES = ['type', 'whole', 'version', 'migrate'];

/** `schema`: a class or Standard Schema, alone or with its options. */
export const isSessionSchema: OptionCheck = (value, site) => {
  if (isSchemaType(value) || !isPlainObject(value)) {
    return schemaTypeProblems(value, site.path);
  }
  const { path } = site;
  const inside = (name: string, check: OptionCheck): string[] =>
    value[name] === undefined ? [] : check(value[name], { ...site, path: `${path}.${name}` });
  return [
    ...Object.keys(value).flatMap((name) =>
      NAMES.includes(name) ? [] : [unknownOption(path, name, value[name], NAMES)],
    ),
    ...schemaTypeProblems(value.type, `${path}.type`),
    ...inside('whole', isSwitch),
    ...inside('version', isWholeNumber(1, 2 ** 31 - 1)),
    ...inside('migrate', isMigration),
    ...pairProblems(value, path),
  ];
};

const isMigration: OptionCheck = (value, { path }) => {
  if (typeof value === 'function') return [];
  const mend = 'Write migrate: (data, fromVersion) => ({ ...data }).';
  return [problem(path, value, 'it must be a function', mend)];
};

/** A version says which data to migrate, a migration what to do with it. */
function pairProblems({ version, migrate }: Record<string, unknown>, path: string): string[] {
  if ((version === undefined) === (migrate === undefined)) return [];
  if (migrate === undefined) {
    const expected = 'nothing says what becomes of data of other versions';
    return [problem(`${path}.version`, version, expected, `Add ${path}.migrate.`)];
  }
  const expected = 'nothing says which data is older';
  return [problem(`${path}.migrate`, migrate, expected, `Add ${path}.version: 1.`)];
}
