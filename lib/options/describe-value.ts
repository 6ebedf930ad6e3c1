import { inspect } from 'node:util';

const LONGEST = 40;

/** A given value as part of a sentence: shortened, on one line, the content of objects left out. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'function') return describeFunction(value);
  if (Array.isArray(value))
    return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return describeObject(value);
  return inspect(value);
}

/** What stands for a value that may be a secret: its kind, never its content. */
export function describeSecret(value: unknown): string {
  if (value === '') return 'an empty string';
  if (typeof value === 'string')
    return `a string of ${value.length} character${value.length === 1 ? '' : 's'}`;
  if (value === undefined) return 'nothing';
  return value === null || typeof value === 'boolean' ? String(value) : describeKind(value);
}

/** 'a string', 'a number', 'an array', 'a Date'. */
export function describeKind(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? describeObject(value) : `a ${typeof value}`;
}

/** Without user name and password, where it is an address. */
function quote(given: string): string {
  const text = given.replace(/\/\/.*@/s, '//[hidden]@');
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}...` : text;
  return `'${JSON.stringify(short).slice(1, -1).replaceAll('\\"', '"')}'`;
}

function describeFunction(value: { readonly name: string }): string {
  const kind = isClass(value) ? 'the class' : 'the function';
  return value.name === '' ? `${kind.replace('the', 'a')} without a name` : `${kind} ${value.name}`;
}

function describeObject(value: object): string {
  const made: unknown = (value as { readonly constructor?: unknown }).constructor;
  if (typeof made !== 'function' || made === Object || made.name === '') return 'an object';
  return `${/^[AEIOU]/i.test(made.name) ? 'an' : 'a'} ${made.name}`;
}

/** True for a function declared with `class` (or compiled from one). */
export function isClass(value: unknown): value is new (...given: unknown[]) => object {
  if (typeof value !== 'function') return false;
  const prototype = Object.getOwnPropertyDescriptor(value, 'prototype');
  return prototype !== undefined && prototype.writable === false;
}
