/** `sightline setup-link`: another link with which the first Admin is made (tokens.md, "Sessions and sign-in"). */
import { Command } from 'commander';
import { actorOf, NO_ORIGIN } from '../../access/audit/audit-event.ts';
import { OperatorError } from '../../errors.ts';
import { withAccounts } from '../accounts.ts';
import { addDataDir, addPublicAddress } from '../options.ts';
import { note, print, printJson } from '../output.ts';

export function setupLinkCommand(): Command {
  return addPublicAddress(addDataDir(new Command('setup-link')))
    .description('Print a new link that makes the first Admin: it works once, for an hour.')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      await withAccounts(flags, async ({ accounts, principal }) => {
        const url = await accounts.setUp.newLink(actorOf(principal), NO_ORIGIN);
        if (url === null) {
          throw new OperatorError(
            'An Admin can sign in already, so there is no set-up link. A lost password is replaced with: sightline users reset <email>',
          );
        }
        if (flags.json === true) printJson({ url });
        else {
          note('Open this link within an hour to make the first Admin. Links printed before are dead:');
          print(url);
        }
      });
    });
}
