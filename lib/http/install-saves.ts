import { Req } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { classChain } from './class-chain.js';
import { NEST_METADATA } from './nest-metadata.js';
import { savingHandler, type Handler } from './saving-handler.js';

interface RouteArgument {
  readonly index: number;
}

/** The arguments that were added here, to tell them from the handlers' own. */
const ADDED = new WeakSet<object>();
const INSTALLED = new WeakSet<object>();

/**
 * Has every route handler of the app save the session when it ends. A method is replaced, where an interceptor would do the same: one alone
 * makes Nest run the handler through a chain of observables (docs/decisions/0015-handlers-save.md). To be called before routes are
 * resolved; a method is told which request it serves by one more parameter, `@Req()`, behind its own.
 */
export function installSaves(modules: ModulesContainer): void {
  for (const module of modules.values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      // Parents first: what a class inherits is known when its own methods are looked at.
      for (const type of [...classChain(metatype)].reverse()) installOn(type as Controller);
    }
  }
}

interface Controller {
  readonly prototype: object;
}

function installOn(type: Controller): void {
  const { prototype } = type;
  if (typeof prototype !== 'object' || prototype === Object.prototype) return;
  for (const [name, described] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    const handler = described.value as Handler | undefined;
    if (typeof handler !== 'function' || name === 'constructor') continue;
    if (INSTALLED.has(handler) || !Reflect.hasOwnMetadata(NEST_METADATA.path, handler)) continue;
    const position = addRequest(type, name, handler);
    Object.defineProperty(prototype, name, { ...described, value: alike(handler, position) });
  }
}

/** Has Nest pass the request behind the handler's own arguments. @returns its position */
function addRequest(type: Controller, name: string, handler: Handler): number {
  // An overriding method inherits what its parent's was given, which is no argument of its own.
  const own = Object.entries(argumentsOf(type, name)).filter(
    ([, argument]) => !ADDED.has(argument),
  );
  const position = Math.max(handler.length, ...own.map(([, { index }]) => index + 1));
  Reflect.defineMetadata(NEST_METADATA.routeArguments, Object.fromEntries(own), type, name);
  Req()(type.prototype, name, position);
  for (const argument of Object.values(argumentsOf(type, name))) {
    if (argument.index === position) ADDED.add(argument);
  }
  return position;
}

function argumentsOf(type: Controller, name: string): Record<string, RouteArgument> {
  const found: unknown = Reflect.getMetadata(NEST_METADATA.routeArguments, type, name);
  return (found ?? {}) as Record<string, RouteArgument>;
}

/** With the name of the handler, and all that decorators have noted on it. */
function alike(handler: Handler, position: number): Handler {
  const saving = savingHandler(handler, position);
  Object.defineProperty(saving, 'name', { value: handler.name, configurable: true });
  Object.defineProperty(saving, 'length', { value: handler.length, configurable: true });
  for (const key of Reflect.getOwnMetadataKeys(handler)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, handler), saving);
  }
  INSTALLED.add(saving);
  return saving;
}
