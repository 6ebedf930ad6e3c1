import {
  Catch,
  Injectable,
  UnprocessableEntityException,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { from, map, type Observable } from 'rxjs';
import { SessionService } from '../../../lib/index.js';
import { target, type Marked, type WayQuery } from './ways.js';

type MarkedRequest = { query: WayQuery };

/** Writes to the session by the service, as a guard that counts attempts does, and refuses. */
@Injectable()
export class MarkingGuard implements CanActivate {
  protected readonly verdict: boolean = false;

  constructor(private readonly sessions: SessionService) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<MarkedRequest>();
    const session = await this.sessions.of<Marked>(request);
    session.mark = request.query.mark;
    return this.verdict;
  }
}

/** Writes as {@link MarkingGuard}, and allows. */
@Injectable()
export class AllowingGuard extends MarkingGuard {
  protected override readonly verdict = true;
}

/** Writes to the session and answers in place of the handler. */
@Injectable()
export class AnsweringInterceptor implements NestInterceptor {
  constructor(private readonly sessions: SessionService) {}

  intercept(context: ExecutionContext, _next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<MarkedRequest>();
    const { mark } = request.query;
    return from(this.sessions.of<Marked>(request)).pipe(
      map((session) => {
        session.mark = mark;
        return { mark };
      }),
    );
  }
}

/** Answers an error by a redirect, as apps do that send visitors to their login page. */
@Catch(UnprocessableEntityException)
export class RedirectingFilter implements ExceptionFilter {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  catch(_error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const url = target(http.getRequest<MarkedRequest>().query);
    this.adapterHost.httpAdapter.redirect(http.getResponse(), 303, url);
  }
}
