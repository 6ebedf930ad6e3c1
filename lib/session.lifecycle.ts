import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { SessionStore } from './core/session-store.js';
import type { BootExamination } from './doctor/boot-examination.js';
import type { EventBroadcast } from './events/event-broadcast.js';
import { EventHub } from './events/event-hub.js';
import type { ExpirySweeper } from './events/expiry-sweeper.js';
import { useExpressClasses, type ExpressApp } from './http/express-classes.js';
import { addFastifyHooks, type FastifyHooks } from './http/fastify-hooks.js';
import type { ResolvedSessionOptions } from './options/resolved-options.js';
import {
  BOOT_EXAMINATION,
  EVENT_BROADCAST,
  EXPIRY_SWEEPER,
  RESOLVED_OPTIONS,
} from './session.internal-tokens.js';

/** Connects the store at boot and lets go of it at shutdown, after the HTTP server has closed. */
@Injectable()
export class SessionLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedSessionOptions,
    private readonly store: SessionStore,
    private readonly adapterHost: HttpAdapterHost,
    private readonly hub: EventHub,
    @Inject(EVENT_BROADCAST) private readonly broadcast: EventBroadcast | undefined,
    @Inject(EXPIRY_SWEEPER) private readonly sweeper: ExpirySweeper | undefined,
    @Inject(BOOT_EXAMINATION) private readonly examination: BootExamination | undefined,
  ) {}

  async onModuleInit(): Promise<void> {
    // Nest sets no adapter where the app has no HTTP server.
    const adapter = this.adapterHost.httpAdapter as typeof this.adapterHost.httpAdapter | undefined;
    if (adapter?.getType() === 'fastify') addFastifyHooks(adapter.getInstance<FastifyHooks>());
    if (adapter?.getType() === 'express' && this.options.expressClasses) {
      useExpressClasses(adapter.getHttpServer() as object, adapter.getInstance<ExpressApp>());
    }
    await this.store.connect();
    await this.broadcast?.open();
    this.sweeper?.start();
    this.examination?.begin();
  }

  async onApplicationShutdown(): Promise<void> {
    this.examination?.end();
    await this.sweeper?.stop();
    await this.broadcast?.close();
    this.hub.close();
    await this.store.close();
  }
}
