import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HandlerPlans } from './handler-plans.js';
import type { HandlerPlan } from './handler-plan.js';
import type { HttpRequest, HttpResponse } from './http-request.js';
import { SessionContext } from './session-context.js';
import { SessionRequests } from './session-requests.js';

/**
 * Opens the session of each request whose handler declares it, before every other guard. A handler that declares none
 * costs no store command.
 */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(
    private readonly plans: HandlerPlans,
    private readonly requests: SessionRequests,
    private readonly context: SessionContext,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const plan = this.plans.of(context.getClass(), context.getHandler() as never);
    return plan ? this.hydrate(context, plan) : true;
  }

  /** Opens the session; override to do more with it. */
  protected hydrate(context: ExecutionContext, plan: HandlerPlan): Promise<boolean> {
    const http = context.switchToHttp();
    // Entered before the first await: what an async function enters later its caller does not see.
    const enter = this.context.enter();
    return this.requests
      .open(http.getRequest<HttpRequest>(), http.getResponse<HttpResponse>(), plan)
      .then((session) => {
        enter?.(session);
        return true;
      });
  }
}
