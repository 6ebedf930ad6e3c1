import type { NodeJudge } from './judgement.js';

/** Whether everything could be looked at. */
export const judgeAccess: NodeJudge = ({ refused }, { user }) =>
  refused.map(({ command, why }) => {
    const asked = command.replace('|', ' ').toUpperCase();
    const common = {
      id: 'unreadable',
      severity: 'note',
      consequence: 'Some settings could not be looked at.',
    } as const;
    return why === 'forbidden'
      ? {
          ...common,
          found: `${asked} is not allowed to the Redis user '${user}'`,
          cure: `ACL SETUSER ${user} +${command}; docs/redis.md says what else that allows.`,
        }
      : {
          ...common,
          found: `${asked} is not known to the server`,
          cure: 'Compare docs/redis.md with the settings that your provider shows.',
        };
  });
