import { noteCsrfSkip } from '../http/csrf-skip.js';

/**
 * Takes requests of this handler, or of all handlers of a class, whoever has started them: for callbacks that other sites post to, such
 * as SAML and OpenID Connect with `form_post`, which prove by themselves whose they are. A method's own wins over its class's.
 *
 * @example @Post('saml/acs') @SkipCsrf() finish(@Session() session: Session, @Body() assertion: SamlDto) {}
 * @param skip false checks a handler of a class that skips; default true
 */
export function SkipCsrf(skip: boolean = true): ClassDecorator & MethodDecorator {
  return (target: object, method?: string | symbol) => {
    noteCsrfSkip(method === undefined ? target : target.constructor, method, skip);
  };
}
