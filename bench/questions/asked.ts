import type { Route } from '../routes.js';
import type { Subject } from '../subject.js';

/** Anonymous visitors log in and users log out, where the candidate tells them apart. */
export function isAsked(route: Route, { candidate, visitor }: Subject): boolean {
  if (!candidate.routes.includes(route)) return false;
  if (route === 'login') return visitor === 'anonymous';
  return route === 'logout' && candidate.visitors.includes('user') ? visitor === 'user' : true;
}

/** Whether a route ends the session it is called with, or gives it another cookie: each request then needs a new one. */
export function usesUp(route: Route): boolean {
  return route === 'login' || route === 'logout';
}
