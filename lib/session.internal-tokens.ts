/** What the user gave to forRoot, or their factory returned. */
export const GIVEN_OPTIONS: unique symbol = Symbol('nest-session:given-options');
/** The options, validated, with defaults and units resolved. */
export const RESOLVED_OPTIONS: unique symbol = Symbol('nest-session:resolved-options');
/** Adds guard and interceptor to Nest's global ones while it is built. */
export const GLOBAL_ENHANCERS: unique symbol = Symbol('nest-session:global-enhancers');
