import type { AssuranceLevel } from './principal.js';
import {
  requireAmr,
  requireDevice,
  requireFacts,
  requireKeep,
  requireLevel,
  requireRoles,
  requireSwitch,
  requireUserId,
} from './login-input.js';
import type { LoginOptions } from './login-options.js';

/** Where a login comes from, as far as anybody knows. */
export interface LoginOrigin {
  /** Label of the device. */
  readonly device?: string | undefined;
  /** Class of the client's IP address. */
  readonly ipClass?: string | undefined;
}

/** A login whose input was checked. */
export interface LoginRequest {
  readonly userId: string;
  /** Undefined: those the record has. */
  readonly roles: readonly string[] | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly amr: readonly string[];
  readonly aal: AssuranceLevel;
  readonly remember: boolean;
  readonly device: string | undefined;
  readonly ipClass: string | undefined;
  readonly keep: readonly string[];
}

/** @throws SessionInvalidError naming what is wrong and what is expected */
export function loginRequest(
  call: string,
  userId: unknown,
  options: LoginOptions,
  origin: LoginOrigin,
): LoginRequest {
  const amr = requireAmr(options.amr ?? [], call);
  return {
    userId: requireUserId(userId, call),
    roles: options.roles === undefined ? undefined : requireRoles(options.roles, call),
    claims: requireFacts(options.claims ?? {}, call, 'claims'),
    amr,
    aal: requireLevel(options.aal, amr, call),
    remember: requireSwitch(options.remember ?? false, call, 'remember'),
    device: requireDevice(options.device ?? origin.device, call),
    ipClass: origin.ipClass,
    keep: requireKeep(options.keep, call),
  };
}
