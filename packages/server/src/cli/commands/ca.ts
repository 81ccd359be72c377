/** `sightline ca`: the local certificate authority, and how clients come to trust it. Works without a running hub. */
import { chmodSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { isoSeconds } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { certificateIn, type KnownAuthority, readLocalAuthority } from '../../http/authority-files.ts';
import { addDataDir, addPublicAddress, HUB_SETTINGS, hubSettings, publicBaseUrl } from '../options.ts';
import { note, print, printJson } from '../output.ts';
import { clientLines, trustSteps } from '../trust-steps.ts';

export function caCommand(): Command {
  const { tlsCert } = HUB_SETTINGS;
  return addPublicAddress(addDataDir(new Command('ca')))
    .description('Show the local certificate authority and how to trust it.')
    .option(tlsCert.flag, `${tlsCert.description} (${tlsCert.env})`)
    .option('--out <file>', 'write its certificate (PEM) to a file')
    .option('--print', 'print its certificate (PEM) and nothing else')
    .option('--json', 'print a JSON object')
    .action(async flags => {
      const settings = hubSettings(flags);
      if (settings.tlsCert !== undefined) {
        showOwnCertificate(settings.tlsCert, flags);
        return;
      }
      const authority = knownAuthority(settings.dataDir);
      if (typeof flags.out === 'string') writeCertificate(flags.out, authority.pem);
      if (flags.print === true) process.stdout.write(authority.pem);
      else if (flags.json === true) printJson(factsOf(authority));
      else if (flags.out === undefined) print(described(authority, publicBaseUrl(settings)));
    });
}

function knownAuthority(dataDir: string): KnownAuthority {
  const authority = readLocalAuthority(dataDir);
  if (authority !== null) return authority;
  throw new OperatorError(
    `There is no local authority in ${dataDir}. The first start of the hub there makes one, unless it is given a certificate; or name its folder with --data-dir.`,
  );
}

/** The operator's certificate was signed by somebody whom clients trust already, or are made to trust elsewhere. */
function showOwnCertificate(file: string, flags: Record<string, unknown>): void {
  if (flags.out !== undefined || flags.print === true) {
    throw new OperatorError(
      `The hub is set to the certificate ${file}: there is no local authority to write out. Clients must trust whoever signed it.`,
    );
  }
  const certificate = certificateIn(file);
  const facts = {
    is_local: false,
    cert_file: file,
    issuer: certificate.issuer.replaceAll('\n', ', '),
    fingerprint_sha256: certificate.fingerprint256,
    valid_from: isoSeconds(Date.parse(certificate.validFrom)),
    valid_to: isoSeconds(Date.parse(certificate.validTo)),
  };
  if (flags.json === true) {
    printJson(facts);
    return;
  }
  print(
    [
      `The hub is set to your own certificate: ${file}`,
      `Signed by:   ${facts.issuer}`,
      `Fingerprint: ${facts.fingerprint_sha256} (SHA-256)`,
      `Valid:       ${facts.valid_from} to ${facts.valid_to}`,
      'There is no local authority to trust: clients trust whoever signed it.',
    ].join('\n'),
  );
}

function factsOf(authority: KnownAuthority) {
  return {
    is_local: true,
    ca_file: authority.caFile,
    fingerprint_sha256: authority.fingerprint,
    valid_from: isoSeconds(authority.validFrom.getTime()),
    valid_to: isoSeconds(authority.validTo.getTime()),
    names: authority.names,
  };
}

function described(authority: KnownAuthority, baseUrl: string): string {
  const facts = factsOf(authority);
  return [
    `Local authority: ${facts.ca_file}`,
    `Fingerprint:     ${facts.fingerprint_sha256} (SHA-256)`,
    `Valid:           ${facts.valid_from} to ${facts.valid_to}`,
    `Good for:        ${facts.names.join(', ')}, and for no other name`,
    '',
    'For one client at a time:',
    ...clientLines(authority.caFile, baseUrl).map(line => `  ${line}`),
    'CURL_CA_BUNDLE and REQUESTS_CA_BUNDLE take the place of the public authorities.',
    ...trustSteps(authority.caFile).flatMap(({ on, steps }) => [
      '',
      `${on}:`,
      ...steps.map(step => `  ${step}`),
    ]),
  ].join('\n');
}

function writeCertificate(file: string, pem: string): void {
  try {
    writeFileSync(file, pem);
    chmodSync(file, 0o644);
  } catch (cause) {
    throw new OperatorError(
      `${file} cannot be written (${cause instanceof Error ? cause.message : String(cause)}).`,
      { cause },
    );
  }
  note(`The certificate is in ${file}.`);
}
