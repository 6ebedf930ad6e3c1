import type { OnModuleInit, Type } from '@nestjs/common';
import { MetadataScanner, type ApplicationConfig, type ModulesContainer } from '@nestjs/core';
import { authRuleOf } from './auth-rule.js';
import { isCsrfSkipped } from './csrf-skip.js';
import { NEST_METADATA } from './nest-metadata.js';
import { sessionUses, type HandlerPlan, type SessionUse } from './handler-plan.js';
import { storeDownPolicyOf, type StoreDownPolicy } from './store-down-policy.js';

/** Nest's own parameter kinds, by which the metadata's keys begin. */
const REQUESTS = { response: '1', next: '2', session: '7' };

/** What holds for handlers that say nothing. */
interface HandlerDefaults {
  /** Whether they need a login. */
  readonly authenticatedByDefault: boolean;
  readonly onStoreDown: StoreDownPolicy;
}

type Handler = (...args: never[]) => unknown;

/**
 * What every handler needs, compiled at boot and found by class and function: two subclasses may share a function, and a
 * wrapped handler has another name.
 */
export class HandlerPlans implements OnModuleInit {
  readonly #plans = new Map<Type, Map<Handler, HandlerPlan | undefined>>();

  /** Not a TypeScript `private`: who logs a guard would log the options of all modules. */
  readonly #modules: ModulesContainer;
  readonly #config: ApplicationConfig;

  readonly #defaults: HandlerDefaults;

  constructor(modules: ModulesContainer, config: ApplicationConfig, defaults: HandlerDefaults) {
    this.#modules = modules;
    this.#config = config;
    const { authenticatedByDefault, onStoreDown } = defaults;
    this.#defaults = { authenticatedByDefault, onStoreDown };
  }

  onModuleInit(): void {
    for (const module of this.#modules.values()) {
      for (const { metatype, instance } of module.controllers.values()) {
        if (typeof metatype === 'function') this.#compile(metatype as Type, instance);
      }
    }
  }

  /** The handler's plan; undefined where it does not use the session. */
  of(type: Type, handler: Handler): HandlerPlan | undefined {
    return this.#plans.get(type)?.get(handler);
  }

  #compile(type: Type, instance: unknown): void {
    const plans = this.#plans.get(type) ?? new Map<Handler, HandlerPlan | undefined>();
    this.#plans.set(type, plans);
    const prototype = type.prototype as Record<string, Handler>;
    for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
      const handlers = [prototype[name], (instance as typeof prototype | undefined)?.[name]];
      for (const handler of handlers) {
        if (typeof handler === 'function') plans.set(handler, this.#planOf(type, name, handler));
      }
    }
  }

  /** Whether interceptors may change the session behind the handler. */
  #isFollowed(type: Type, handler: Handler): boolean {
    const config = this.#config;
    const global = [...config.getGlobalInterceptors(), ...config.getGlobalRequestInterceptors()];
    return (
      global.length > 0 ||
      [type, handler].some((at) => Reflect.hasMetadata(NEST_METADATA.interceptors, at))
    );
  }

  #planOf(type: Type, name: string, handler: Handler): HandlerPlan | undefined {
    const kinds = parameterKinds(type, name);
    const uses: SessionUse[] = [...sessionUses(type, name)];
    if (kinds.has(REQUESTS.session)) uses.push('all');
    const auth = authRuleOf(type, name, this.#defaults.authenticatedByDefault);
    if (uses.length === 0 && !auth) return undefined;
    const reading = uses.filter((use) => use !== 'write');
    return {
      reads: reading.length > 0 || auth !== undefined,
      fields: reading.includes('all') ? undefined : [...new Set<string>(reading.flat())],
      isLast:
        !kinds.has(REQUESTS.response) &&
        !kinds.has(REQUESTS.next) &&
        !this.#isFollowed(type, handler),
      sse: Reflect.getMetadata(NEST_METADATA.sse, handler) === true,
      auth,
      csrf: !isCsrfSkipped(type, name),
      onStoreDown: storeDownPolicyOf(type, name) ?? this.#defaults.onStoreDown,
    };
  }
}

/** Kinds of the handler's parameters, as the part of Nest's keys before the colon. */
function parameterKinds(type: Type, name: string): ReadonlySet<string> {
  const parameters = (Reflect.getMetadata(NEST_METADATA.routeArguments, type, name) ??
    {}) as object;
  return new Set(Object.keys(parameters).map((key) => key.split(':')[0]!));
}
