import { inspect } from 'node:util';
import {
  Body,
  Controller,
  Get,
  Global,
  Header,
  Injectable,
  Module,
  Param,
  Post,
  Redirect,
} from '@nestjs/common';
import {
  Session,
  SessionModule,
  SessionTransport,
  type SessionModuleOptionsInput,
  type TokenReading,
  type TransportRequest,
  type TransportResponse,
} from '../../lib/index.js';
import type { AppConfig } from './app-config.js';

interface Named {
  name?: string;
  data?: unknown;
}

@Injectable()
class HeaderNames {
  readonly request = 'x-basket';
  readonly response = 'X-Basket';
}

/** A transport of the app's own, with a dependency. */
@Injectable()
class BasketTransport extends SessionTransport {
  override readonly vary = 'X-Basket';

  constructor(private readonly names: HeaderNames) {
    super();
  }

  read(request: TransportRequest): TokenReading {
    const token = request.headers[this.names.request];
    return typeof token === 'string' ? { token } : undefined;
  }

  write(response: TransportResponse, token: string): void {
    response.setHeader(this.names.response, token);
  }

  clear(response: TransportResponse): void {
    response.setHeader(this.names.response, 'none');
  }
}

/** Handlers around the token. `OWN_TRANSPORT` in the environment gives the app a transport of its own. */
export function createModule(config: AppConfig, options: SessionModuleOptionsInput): unknown {
  @Controller()
  class TokensController {
    @Get()
    all(@Session() session: Session<Named>) {
      return session;
    }

    @Get('plain')
    @Header('Cache-Control', 'public, max-age=60')
    plain() {
      return {};
    }

    @Get('cached-by-app')
    @Header('Cache-Control', 'public, max-age=60')
    @Header('Vary', 'Accept-Language')
    cachedByApp(@Session() session: Session<Named>) {
      return session;
    }

    @Get('revalidated')
    @Header('Cache-Control', 'private, no-cache')
    revalidated(@Session() session: Session<Named>) {
      return session;
    }

    @Get('redirect')
    @Redirect('/elsewhere')
    redirect(@Session() session: Session<Named>) {
      session.data = 'redirected';
    }

    @Get('error')
    error(@Session() session: Session<Named>) {
      session.data = 'failed';
      throw new Error(`handler failed for ${inspect(session)}`);
    }

    @Get('handle')
    handle(@Session() session: Session<Named>) {
      return { handle: session.handle, isNew: session.isNew };
    }

    @Post('name/:name')
    name(@Session() session: Session<Named>, @Param('name') name: string) {
      session.name = name;
      return { name };
    }

    @Post('data')
    data(@Session() session: Session<Named>, @Body() body: unknown) {
      session.data = body;
    }

    @Post('assign')
    assign(@Session() session: Session<Named>, @Body() body: object) {
      Object.assign(session, body);
    }

    @Get('polluted')
    polluted() {
      const empty = {} as Record<string, unknown>;
      return { polluted: 'admin' in empty || 'admin' in Object || 'admin' in (() => undefined) };
    }

    @Post('rotate')
    async rotate(@Session() session: Session<Named>) {
      return { ...(await session.rotate()) };
    }

    @Post('destroy')
    async destroy(@Session() session: Session<Named>) {
      await session.destroy();
    }
  }

  const own = config.env?.['OWN_TRANSPORT'] === '1' ? { transport: BasketTransport } : {};

  @Global()
  @Module({ providers: [HeaderNames], exports: [HeaderNames] })
  class NamesModule {}

  @Module({
    imports: [NamesModule, SessionModule.forRoot({ ...options, ...own })],
    controllers: [TokensController],
  })
  class AppModule {}
  return AppModule;
}
