/** What the user gave to forRoot, or their factory returned. */
export const GIVEN_OPTIONS: unique symbol = Symbol('nest-session:given-options');
/** The options, validated, with defaults and units resolved. */
export const RESOLVED_OPTIONS: unique symbol = Symbol('nest-session:resolved-options');
/** What the app's sessions hold, by its schema. */
export const APP_SCHEMA: unique symbol = Symbol('nest-session:app-schema');
/** Takes events to other processes; undefined where none are to hear them. */
export const EVENT_BROADCAST: unique symbol = Symbol('nest-session:event-broadcast');
/** Tells of sessions that ended by their own time; undefined where nobody asked for it. */
export const EXPIRY_SWEEPER: unique symbol = Symbol('nest-session:expiry-sweeper');
/** Looks at Redis' settings while the app starts; undefined where nobody wants to know, or there is no Redis. */
export const BOOT_EXAMINATION: unique symbol = Symbol('nest-session:boot-examination');
/** Adds guard and interceptor to Nest's global ones while it is built. */
export const GLOBAL_ENHANCERS: unique symbol = Symbol('nest-session:global-enhancers');
