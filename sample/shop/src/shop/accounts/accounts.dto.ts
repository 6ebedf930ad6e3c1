import { IsBoolean, IsIn, Length, Matches } from 'class-validator';
import { ROLES, type Role } from './users.service.js';

const USER = /^[a-z0-9][a-z0-9_.-]{1,29}$/;
const RULE = 'A user name has 2 to 30 small letters, digits, dots, hyphens and underscores.';

export class PasswordDto {
  @Length(8, 128, { message: 'A password has 8 to 128 characters.' }) password!: string;
}

export class CredentialsDto extends PasswordDto {
  @Matches(USER, { message: RULE }) user!: string;
}

export class UserParams {
  @Matches(USER, { message: RULE }) user!: string;
}

export class RoleDto {
  @IsIn(ROLES) role!: Role;
}

export class DisabledDto {
  @IsBoolean() disabled!: boolean;
}
