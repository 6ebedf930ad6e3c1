import {
  Body,
  ConflictException,
  Controller,
  ForbiddenException,
  Get,
  HttpCode,
  Post,
  UnauthorizedException,
} from '@nestjs/common';
import { Authenticated, Principal, Session } from 'nest-session';
import { CredentialsDto, PasswordDto } from './accounts.dto.js';
import { UsersService, type User } from './users.service.js';

@Controller('api/account')
export class AccountController {
  constructor(private readonly users: UsersService) {}

  /** Who is logged in. Where nobody is, the answer says why: logged out elsewhere, expired, disabled. */
  @Get()
  @Authenticated()
  show(@Principal() { id, roles }: Principal) {
    return { name: id, roles };
  }

  @Post('sign-up')
  @HttpCode(200)
  async signUp(@Session([]) session: Session, @Body() { user, password }: CredentialsDto) {
    const added = await this.users.signUp(user, password);
    if (!added) throw new ConflictException('This user name is taken.');
    return enter(session, added);
  }

  @Post('login')
  @HttpCode(200)
  async login(@Session([]) session: Session, @Body() { user, password }: CredentialsDto) {
    const known = await this.users.verify(user, password);
    if (!known) throw new UnauthorizedException('Wrong user name or password.');
    return enter(session, known);
  }

  /** Step-up: who is logged in gives the password once more. */
  @Post('confirm')
  @HttpCode(200)
  @Authenticated()
  async confirm(
    @Session([]) session: Session,
    @Principal('id') user: string,
    @Body() { password }: PasswordDto,
  ) {
    if (!(await this.users.verify(user, password))) {
      throw new ForbiddenException('Wrong password.');
    }
    await session.elevate({ amr: ['pwd'] });
    return { confirmed: true };
  }

  /** The cart stays with the browser; what was looked at does not. */
  @Post('logout')
  @HttpCode(200)
  async logout(@Session([]) session: Session) {
    await session.logout({ keep: ['cart'] });
    return { loggedOut: true };
  }
}

/** A new session with a new token, on which all servers agree. Of what the visitor had only this is taken along. */
async function enter(session: Session, { name, role, disabled }: User) {
  if (disabled) throw new ForbiddenException('This account is disabled.');
  await session.login(name, { roles: [role], amr: ['pwd'], keep: ['cart', 'viewed'] });
  return { name, roles: [role] };
}
