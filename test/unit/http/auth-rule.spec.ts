import 'reflect-metadata';
import { SessionOptionsError } from '../../../lib/core/errors.js';
import { authRuleOf } from '../../../lib/http/auth-rule.js';
import { Aal, Authenticated, FreshLogin, Public, Roles } from '../../../lib/index.js';

const NONE = { roles: undefined, freshWithin: undefined, aal: undefined };
const rule = (type: object, byDefault = false) => authRuleOf(type, 'get', byDefault);

describe('What a handler asks of the login', () => {
  it('is nothing where nothing stands, unless the app asks by default', () => {
    class Plain {
      get(): void {}
    }
    expect(rule(Plain)).toBeUndefined();
    expect(rule(Plain, true)).toEqual(NONE);
  });

  it('is a login where any decorator needs one', () => {
    class Orders {
      @Authenticated() get(): void {}
      @Roles('admin', 'owner') roles(): void {}
      @FreshLogin('5m') fresh(): void {}
      @Aal(2) strong(): void {}
      other(): void {}
    }
    expect(rule(Orders)).toEqual(NONE);
    expect(authRuleOf(Orders, 'roles', false)).toEqual({ ...NONE, roles: ['admin', 'owner'] });
    expect(authRuleOf(Orders, 'fresh', false)).toEqual({ ...NONE, freshWithin: 300_000 });
    expect(authRuleOf(Orders, 'strong', false)).toEqual({ ...NONE, aal: 2 });
    expect(authRuleOf(Orders, 'other', false)).toBeUndefined();
  });

  it('adds up from class and method, and the method counts where both speak of the same', () => {
    @Authenticated()
    @Roles('customer')
    @FreshLogin('1h')
    class Orders {
      @Roles('admin') @Aal(2) get(): void {}
      list(): void {}
    }
    expect(rule(Orders)).toEqual({ roles: ['admin'], freshWithin: 3_600_000, aal: 2 });
    expect(authRuleOf(Orders, 'list', false)).toEqual({
      ...NONE,
      roles: ['customer'],
      freshWithin: 3_600_000,
    });
  });

  it('holds for child classes, also for a handler that the child declares anew', () => {
    @Roles('staff')
    class Base {
      @Aal(3) get(): void {}
    }
    class Child extends Base {}
    class Overriding extends Base {
      override get(): void {}
    }
    @Roles('owner')
    class Stricter extends Base {
      @Aal(2) override get(): void {}
    }
    expect(rule(Child)).toEqual({ ...NONE, roles: ['staff'], aal: 3 });
    expect(rule(Overriding)).toEqual({ ...NONE, roles: ['staff'], aal: 3 });
    expect(rule(Stricter)).toEqual({ ...NONE, roles: ['owner'], aal: 2 });
    expect(rule(Base)).toEqual({ ...NONE, roles: ['staff'], aal: 3 });
  });

  it('is nothing behind @Public(), whatever stands farther away', () => {
    @Roles('admin')
    class Admin {
      @Public() get(): void {}
      list(): void {}
    }
    @Public()
    class Open extends Admin {
      override list(): void {}
    }
    expect(rule(Admin, true)).toBeUndefined();
    expect(authRuleOf(Admin, 'list', true)).toEqual({ ...NONE, roles: ['admin'] });
    expect(authRuleOf(Open, 'list', true)).toBeUndefined();
  });

  it('is what stands nearer than @Public()', () => {
    @Public()
    class Open {
      @Roles('admin') get(): void {}
      @Authenticated() list(): void {}
    }
    expect(rule(Open)).toEqual({ ...NONE, roles: ['admin'] });
    expect(authRuleOf(Open, 'list', false)).toEqual(NONE);
  });

  it('is refused at boot where @Public() stands beside what needs a login', () => {
    class Torn {
      @Public() @Roles('admin') get(): void {}
      @FreshLogin('5m') @Public() fresh(): void {}
      @Aal(2) @Public() strong(): void {}
      @Authenticated() @Public() login(): void {}
      @Public() @Authenticated() public(): void {}
    }
    for (const method of ['get', 'fresh', 'strong', 'login', 'public']) {
      expect(() => authRuleOf(Torn, method, false)).toThrow(SessionOptionsError);
      expect(() => authRuleOf(Torn, method, false)).toThrow(`Torn.${method}: @Public()`);
    }
  });

  it('is that of the method, not of what every object has under its name', () => {
    class Odd {
      @Authenticated() override(): void {}
    }
    expect(authRuleOf(Odd, 'valueOf', false)).toBeUndefined();
    expect(authRuleOf(Odd, 'override', false)).toEqual(NONE);
  });
});
