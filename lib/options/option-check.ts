import { ValidateBy, type ValidationArguments } from 'class-validator';
import { describeValue } from './describe-value.js';

/** Where an object of options stands while it is checked. */
export interface OptionContext {
  /** Path of the object: '' for the whole options, 'cookie' for `cookie`. */
  readonly path: string;
  /** The whole options, for rules that look at more than one of them. */
  readonly root: object;
  /** True where the process serves real users (NODE_ENV is production). */
  readonly production: boolean;
}

/** What a check knows besides the value. */
export interface OptionSite<Owner extends object = object> extends OptionContext {
  /** Path of the option, such as 'cookie.domain'. */
  readonly path: string;
  /** The object that holds the option; its other options may be wrong themselves. */
  readonly owner: Owner;
}

/** Gives one sentence per problem, each starting with the path of the option. */
export type OptionCheck<Owner extends object = object> = (
  value: unknown,
  site: OptionSite<Owner>,
) => string[];

const LONGEST_NAME = 64;

const contexts = new WeakMap<object, OptionContext>();

/** Tells the checks on the properties of `options` where they are. */
export function placeOptions(options: object, context: OptionContext): void {
  contexts.set(options, context);
}

/** Where an object of options stands; undefined for any other object. */
export function contextOf(options: object): OptionContext | undefined {
  return contexts.get(options);
}

/** The path of an option inside the object at `path`, on one line whatever its name. */
export function pathTo(path: string, name: string): string {
  const printed = JSON.stringify(name.slice(0, LONGEST_NAME)).slice(1, -1);
  return path === '' ? printed : `${path}.${printed}`;
}

/** The sentence of a refused option: path, what was given, what is expected, how to mend it. */
export function problem(path: string, given: unknown, expected: string, mend: string): string {
  return sentence(path, describeValue(given), expected, mend);
}

/** As `problem`, for values that need other words than their content, such as secrets. */
export function sentence(path: string, given: string, expected: string, mend: string): string {
  return `${path}: ${given} was given, but ${expected}. ${mend}`;
}

/** Stands for '$' while the text is with class-validator, which would read '$value' in it as a token. */
const DOLLAR = '\u0000';

/** The sentences of the checks in one message of class-validator. */
export function problemsIn(message: string): string[] {
  return message.replaceAll(DOLLAR, '$').split('\n');
}

/** A class-validator constraint out of a check. An option that is not given passes, as its default holds. */
export function Check<Owner extends object>(check: OptionCheck<Owner>): PropertyDecorator {
  return CheckAlways<Owner>((value, site) => (value === undefined ? [] : check(value, site)));
}

/** As `Check`, for options that are asked about even where they are not given. */
export function CheckAlways<Owner extends object>(check: OptionCheck<Owner>): PropertyDecorator {
  const problems = (value: unknown, args: ValidationArguments | undefined): string[] =>
    args === undefined ? [] : check(value, siteOf<Owner>(args));
  return ValidateBy({
    name: 'option',
    validator: {
      validate: (value: unknown, args): boolean => problems(value, args).length === 0,
      defaultMessage: (args): string =>
        problems(args?.value, args).join('\n').replaceAll('$', DOLLAR),
    },
  });
}

function siteOf<Owner extends object>(args: ValidationArguments): OptionSite<Owner> {
  const context = contexts.get(args.object) ?? { path: '', root: args.object, production: false };
  return { ...context, path: pathTo(context.path, args.property), owner: args.object as Owner };
}
