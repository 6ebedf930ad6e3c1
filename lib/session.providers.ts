import { Logger, type Provider } from '@nestjs/common';
import { ApplicationConfig, ModuleRef, ModulesContainer } from '@nestjs/core';
import { SessionRegistry } from './auth/session-registry.js';
import type { AuthScope } from './core/auth/auth-scope.js';
import { AuthTexts } from './core/auth/auth-texts.js';
import { KnownLogins } from './core/auth/known-logins.js';
import { homeOfUser } from './core/auth/user-home.js';
import { Seal } from './core/auth/seal.js';
import { CommitTurns } from './core/commit-turns.js';
import { SessionOptionsError } from './core/errors.js';
import { SessionCommitter } from './core/session-committer.js';
import { NO_EVENTS, tell, type EventSink } from './core/session-event.js';
import { SessionManager } from './core/session-manager.js';
import { SessionStore } from './core/session-store.js';
import { TokenSigner } from './core/session-token.js';
import { BootExamination } from './doctor/boot-examination.js';
import { SessionDoctor } from './doctor/session-doctor.js';
import { EventBroadcast } from './events/event-broadcast.js';
import { EventHandlers } from './events/event-handlers.js';
import { EventHub } from './events/event-hub.js';
import { ExpirySweeper } from './events/expiry-sweeper.js';
import { SessionEvents } from './events/session-events.js';
import { shareEnds } from './events/shared-ends.js';
import { createCsrfProtection } from './http/create-csrf-protection.js';
import { HandlerPlans } from './http/handler-plans.js';
import { installSaves } from './http/install-saves.js';
import { SessionContext } from './http/session-context.js';
import { SessionGuard } from './http/session.guard.js';
import { SessionRequests } from './http/session-requests.js';
import { SessionService } from './http/session.service.js';
import { TransportChain } from './http/transport-chain.js';
import { createTransports } from './http/create-transports.js';
import { MemorySessionStore } from './memory/memory-session-store.js';
import type { ResolvedSessionOptions } from './options/resolved-options.js';
import { resolveOptions } from './options/resolve-options.js';
import { createRedisClient, createRedisConnection } from './redis/create-redis-connection.js';
import { gatherFacts } from './redis/gather-facts.js';
import { RedisEventChannel } from './redis/redis-event-channel.js';
import { LocalCopy } from './redis/local-copy/local-copy.js';
import type { RedisClient } from './redis/redis-client.js';
import { RefusalLog } from './redis/refusal-log.js';
import { RedisSessionStore } from './redis/redis-session-store.js';
import { createSessionSchema, type AppSchema } from './schema/create-session-schema.js';
import { SessionLifecycle } from './session.lifecycle.js';
import {
  APP_SCHEMA,
  BOOT_EXAMINATION,
  EVENT_BROADCAST,
  EXPIRY_SWEEPER,
  GIVEN_OPTIONS,
  GLOBAL_ENHANCERS,
  RESOLVED_OPTIONS,
} from './session.internal-tokens.js';
import type { SessionModuleAsyncOptions, SessionOptionsFactory } from './session.async-options.js';
import type { SessionModuleOptionsInput } from './session.options.js';
import { FORGED, LOST_ENDS, REPLAYED, REPLICAS, STRANGE_KEYS } from './session.messages.js';
import { SESSION_REDIS } from './session.tokens.js';

/** Everything the module is made of, once the options are given. */
export function sessionProviders(): Provider[] {
  return [
    { provide: RESOLVED_OPTIONS, inject: [GIVEN_OPTIONS], useFactory: resolveAndWarn },
    { provide: SESSION_REDIS, inject: [RESOLVED_OPTIONS], useFactory: createRedisClient },
    {
      provide: RefusalLog,
      useFactory: () => {
        const logger = new Logger('SessionModule');
        return new RefusalLog((sentence) => logger.error(sentence));
      },
    },
    EventHub,
    SessionEvents,
    {
      provide: EventHandlers,
      inject: [ModulesContainer, EventHub],
      useFactory: (modules: ModulesContainer, hub: EventHub) => new EventHandlers(modules, hub),
    },
    {
      provide: EVENT_BROADCAST,
      inject: [RESOLVED_OPTIONS, EventHub, RefusalLog, SESSION_REDIS],
      useFactory: createBroadcast,
    },
    { provide: APP_SCHEMA, inject: [RESOLVED_OPTIONS], useFactory: createSessionSchema },
    {
      provide: SessionStore,
      inject: [RESOLVED_OPTIONS, EventHub, RefusalLog, APP_SCHEMA, SESSION_REDIS],
      useFactory: createStore,
    },
    {
      provide: SessionManager,
      inject: [RESOLVED_OPTIONS, SessionStore, EventHub, APP_SCHEMA],
      useFactory: createManager,
    },
    {
      provide: TransportChain,
      inject: [RESOLVED_OPTIONS, ModuleRef],
      useFactory: createTransports,
    },
    {
      provide: SessionContext,
      inject: [RESOLVED_OPTIONS],
      useFactory: (options: ResolvedSessionOptions) => new SessionContext(options.context),
    },
    {
      provide: SessionRequests,
      inject: [RESOLVED_OPTIONS, SessionManager, TransportChain],
      useFactory: (
        options: ResolvedSessionOptions,
        manager: SessionManager,
        chain: TransportChain,
      ) =>
        new SessionRequests(
          manager,
          chain,
          createCsrfProtection(options, chain),
          options.onStoreDown,
        ),
    },
    {
      provide: HandlerPlans,
      inject: [ModulesContainer, ApplicationConfig, RESOLVED_OPTIONS],
      useFactory: (
        modules: ModulesContainer,
        config: ApplicationConfig,
        options: ResolvedSessionOptions,
      ) => new HandlerPlans(modules, config, options),
    },
    SessionGuard,
    SessionService,
    SessionRegistry,
    {
      provide: EXPIRY_SWEEPER,
      inject: [SessionManager],
      useFactory: ({ scope }: SessionManager) =>
        scope.store.expiry && new ExpirySweeper(scope, scope.store.expiry),
    },
    {
      provide: SessionDoctor,
      inject: [SESSION_REDIS, RESOLVED_OPTIONS],
      useFactory: (client: RedisClient | undefined, { failoverDeadline }: ResolvedSessionOptions) =>
        new SessionDoctor(client && (() => gatherFacts(client, failoverDeadline))),
    },
    {
      provide: BOOT_EXAMINATION,
      inject: [RESOLVED_OPTIONS, SessionDoctor],
      useFactory: createExamination,
    },
    SessionLifecycle,
    {
      provide: GLOBAL_ENHANCERS,
      inject: [RESOLVED_OPTIONS, ApplicationConfig, ModulesContainer, SessionGuard],
      useFactory: addGlobalEnhancers,
    },
  ];
}

/** How `forRootAsync` comes to its options. */
export function asyncOptionsProviders(options: SessionModuleAsyncOptions): Provider[] {
  const { useFactory, useClass, useExisting, inject = [] } = options;
  const given = [useFactory, useClass, useExisting].filter((way) => way !== undefined);
  if (given.length !== 1) {
    throw new SessionOptionsError([
      `forRootAsync: ${given.length} of useFactory, useClass and useExisting were given; give exactly one.`,
    ]);
  }
  if (useFactory) return [{ provide: GIVEN_OPTIONS, inject, useFactory: useFactory as never }];
  const factory = (useClass ?? useExisting)!;
  const provider: Provider = {
    provide: GIVEN_OPTIONS,
    inject: [factory],
    useFactory: (maker: SessionOptionsFactory) => maker.createSessionOptions(),
  };
  return useClass ? [useClass, provider] : [provider];
}

function resolveAndWarn(given: SessionModuleOptionsInput): ResolvedSessionOptions {
  const options = resolveOptions(given);
  const logger = new Logger('SessionModule');
  for (const warning of options.warnings) logger.warn(warning);
  return options;
}

function createStore(
  options: ResolvedSessionOptions,
  hub: EventHub,
  refusals: RefusalLog,
  { schema }: AppSchema,
  client: RedisClient | undefined,
): SessionStore {
  if (!client) return new MemorySessionStore({ indexEnds: options.events.expired });
  const logger = new Logger('SessionModule');
  return new RedisSessionStore(
    createRedisConnection(options, client),
    options.keyPrefix,
    (what, handle) => logger.warn(STRANGE_KEYS[what].replace('%', handle)),
    {
      policy: options,
      refusals,
      copy: options.localCopy && new LocalCopy(options.localCopy, schema.fieldNames),
      onTrouble: (reason) => {
        sinkOf(options, hub).emit('degraded', { reason }, Date.now(), undefined);
      },
      onReplicas: (trouble) => {
        const reason = trouble === 'begins' ? 'unreplicated' : 'replicated';
        logger.warn(REPLICAS[reason]);
        sinkOf(options, hub).emit('degraded', { reason }, Date.now(), undefined);
      },
      ...(options.events.expired && {
        indexEnds: (failed) => logger.warn(LOST_ENDS[failed]),
      }),
    },
  );
}

/** Where events go; nowhere where the option turns them off. */
function sinkOf({ events }: ResolvedSessionOptions, hub: EventHub): EventSink {
  return events.local ? hub : NO_EVENTS;
}

/** With the embedded store there are no other processes. */
function createBroadcast(
  { events, secret, keyPrefix }: ResolvedSessionOptions,
  hub: EventHub,
  refusals: RefusalLog,
  client: RedisClient | undefined,
): EventBroadcast | undefined {
  if (!events.cluster || !client) return undefined;
  const logger = new Logger('SessionEvents');
  const channel = new RedisEventChannel(client, keyPrefix, refusals);
  return new EventBroadcast(hub, channel, new Seal(secret, keyPrefix), (lost) =>
    logger.warn(
      `${lost} events did not reach the other servers, as Redis took no message for 5 s or too many came at once.`,
    ),
  );
}

function createExamination(
  { doctor: isWanted, redis }: ResolvedSessionOptions,
  doctor: SessionDoctor,
): BootExamination | undefined {
  if (!isWanted || !redis) return undefined;
  const logger = new Logger('SessionDoctor');
  return new BootExamination(doctor, (line) => logger.warn(line));
}

function createManager(
  options: ResolvedSessionOptions,
  store: SessionStore,
  hub: EventHub,
  { schema, policyOf }: AppSchema,
): SessionManager {
  const { limits, timeouts } = options;
  const bounds = { session: limits.session, fields: limits.fields };
  const auth = createAuthScope(options, store, hub);
  if (options.events.cluster) shareEnds(hub, store.users, auth.homeOf);
  return new SessionManager({
    store,
    signer: new TokenSigner(options.secret, options.keyPrefix),
    schema,
    committer: new SessionCommitter(store, schema, policyOf, bounds, new CommitTurns()),
    anonymous: timeouts.anonymous,
    auth,
    rotateAfter: timeouts.rotate,
    events: sinkOf(options, hub),
    replicated: options.durability === 'replicated',
    deadline: options.deadline,
    maxBytes: limits.session,
    maxFields: limits.fields,
    tokenInResult: !Array.isArray(options.transport) || options.transport[0] === 'bearer',
  });
}

function createAuthScope(
  options: ResolvedSessionOptions,
  store: SessionStore,
  hub: EventHub,
): AuthScope {
  const events = sinkOf(options, hub);
  const { secret, keyPrefix, pepper, timeouts, remember, maxSessionsPerUser } = options;
  const logger = new Logger('SessionModule');
  return {
    texts: new AuthTexts(new Seal(secret, keyPrefix)),
    known: new KnownLogins(),
    homeOf: (userId) => homeOfUser(userId, pepper),
    lifetimes: timeouts,
    remember,
    limit: maxSessionsPerUser,
    reportForged: (handle, part) => {
      logger.error(FORGED[part].replace('%', handle));
      tell({ store, events }, 'rejected', undefined, () => ({ handle, reason: 'forged' }));
    },
    reportTheft: (handle, revoked, userId) => {
      logger.warn(REPLAYED[revoked ? 'revoked' : 'refused'].replace('%', handle));
      const reason = revoked ? 'revoked' : 'refused';
      tell({ store, events }, 'theft', undefined, () => ({ handle, userId, reason }));
    },
  };
}

/**
 * The guard must run before all others, and an APP_GUARD of a library runs after those of the app's root module: so it is
 * added to Nest's configuration while the providers are built. That is before routes are resolved, too.
 */
function addGlobalEnhancers(
  options: ResolvedSessionOptions,
  config: ApplicationConfig,
  modules: ModulesContainer,
  guard: SessionGuard,
): true {
  if (options.guard) config.addGlobalGuard(guard);
  installSaves(modules);
  return true;
}
