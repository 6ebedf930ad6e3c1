import { Controller, Delete, Get, Param } from '@nestjs/common';
import { Authenticated, Principal, Session, SessionRegistry } from 'nest-session';

/** Where the user is logged in. What is ended here is over with its next request, on any server. */
@Controller('api/devices')
@Authenticated()
export class DevicesController {
  constructor(private readonly registry: SessionRegistry) {}

  @Get()
  async list(@Principal('id') user: string, @Session([]) { handle: own }: Session) {
    const { sessions } = await this.registry.list(user);
    return sessions.map(({ handle, device, createdAt, lastSeenAt }) => ({
      handle,
      device,
      createdAt,
      lastSeenAt,
      isThis: handle === own,
    }));
  }

  @Delete('others')
  async logOutOthers(@Principal('id') user: string, @Session([]) { handle }: Session) {
    const { handles } = await this.registry.revokeAll(user, { except: handle });
    return { loggedOut: handles.length };
  }

  /** This device last, as it keeps its cart. */
  @Delete()
  async logOutEverywhere(@Principal('id') user: string, @Session([]) session: Session) {
    const { handles } = await this.registry.revokeAll(user, { except: session.handle });
    await session.logout({ keep: ['cart'] });
    return { loggedOut: handles.length + 1 };
  }

  @Delete(':handle')
  async logOut(@Principal('id') user: string, @Param('handle') handle: string) {
    const { applied } = await this.registry.revoke(user, handle);
    return { loggedOut: applied ? 1 : 0 };
  }
}
