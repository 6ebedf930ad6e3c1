import { Logger, type OnModuleInit } from '@nestjs/common';
import { MetadataScanner, type ModulesContainer } from '@nestjs/core';
import type { SessionEvent, SessionEventType } from '../core/session-event.js';
import type { EventHub } from './event-hub.js';
import { eventsOf } from './event-handler-notes.js';

type Handler = (event: SessionEvent) => unknown;

/** As Nest keeps a provider or controller. */
interface Wrapper {
  readonly instance: unknown;
  isDependencyTreeStatic(): boolean;
}

/** Finds the methods with @OnSessionEvent() at boot and calls them. */
export class EventHandlers implements OnModuleInit {
  /** Not a TypeScript `private`: who logs this would log the options of all modules. */
  readonly #modules: ModulesContainer;
  readonly #hub: EventHub;
  readonly #logger = new Logger('SessionEvents');

  constructor(modules: ModulesContainer, hub: EventHub) {
    this.#modules = modules;
    this.#hub = hub;
  }

  onModuleInit(): void {
    const seen = new Set<unknown>();
    for (const module of this.#modules.values()) {
      const wrappers = [...module.providers.values(), ...module.controllers.values()] as Wrapper[];
      for (const wrapper of wrappers) {
        const { instance } = wrapper;
        // useExisting gives one instance two names; it is called once.
        if (typeof instance !== 'object' || instance === null || seen.has(instance)) continue;
        seen.add(instance);
        this.#addHandlersOf(instance, wrapper.isDependencyTreeStatic());
      }
    }
  }

  #addHandlersOf(instance: object, isStatic: boolean): void {
    const prototype = Object.getPrototypeOf(instance) as object | null;
    if (!prototype || prototype === Object.prototype) return;
    for (const name of new MetadataScanner().getAllMethodNames(prototype)) {
      const types = eventsOf(prototype, name);
      if (types.length === 0) continue;
      const label = `${instance.constructor.name}.${name}`;
      if (isStatic) this.#add(instance as Record<string, Handler>, name, types, label);
      else {
        this.#logger.warn(
          `${label} is never called: @OnSessionEvent() needs a provider that lives as long as the app, and this one is made for each request.`,
        );
      }
    }
  }

  #add(
    instance: Record<string, Handler>,
    name: string,
    types: readonly SessionEventType[],
    label: string,
  ): void {
    const hear = (event: SessionEvent): void => {
      const fail = (error: unknown): void => {
        const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.#logger.error(`${label} failed at the event '${event.type}': ${shown}`);
      };
      try {
        Promise.resolve(instance[name]!(event)).catch(fail);
      } catch (error) {
        fail(error);
      }
    };
    this.#hub.listen(types, { hear, end: () => undefined });
  }
}
