/** What the user gave to forRoot or their factory returned. */
export const GIVEN_OPTIONS: unique symbol = Symbol('nest-session:given-options');
/** The options, validated, with defaults and units resolved. */
export const RESOLVED_OPTIONS: unique symbol = Symbol('nest-session:resolved-options');
