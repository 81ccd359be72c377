/**
 * Details of compromised systems: botnet_infections, potentially_exploited, spam_propagation, malware_servers and
 * unsolicited_comm: no grade, no annotations, `check_pass` of one space. Source: bitsight-api.md, 4.4. Families are invented.
 */
import type { JsonObject } from '../../../../wire/json.ts';
import { type DetailsBuilder, location, remediation, type Scene, sampleTimestamp } from './scene.ts';

const REMEDIES: readonly JsonObject[] = [
  remediation(
    'Compromised system',
    'A machine behind this address talks to servers that attackers run.',
    '<p>Isolate the machine, <b>then</b> rebuild it.</p>',
  ),
];

interface Family {
  readonly family: string;
  readonly description: string;
  readonly platforms: readonly string[];
  readonly aliases: readonly string[];
  readonly steals: boolean;
}

const BOTNETS: readonly Family[] = [
  {
    family: 'GreyHarrow',
    description: 'Steals passwords and waits for orders.',
    platforms: ['Win32'],
    aliases: ['Harrow'],
    steals: true,
  },
  {
    family: 'MossLantern',
    description: 'Mines coins and clicks advertisements.',
    platforms: ['Win32', 'Win64'],
    aliases: [],
    steals: false,
  },
  {
    family: 'TinPlover',
    description: 'Turns cameras and routers into a flood.',
    platforms: ['Linux'],
    aliases: ['Plover.B'],
    steals: false,
  },
];
const UNWANTED: readonly Family[] = [
  {
    family: 'SugarPane',
    description: 'Shows advertisements and changes the search page.',
    platforms: ['MacOSX'],
    aliases: ['Pane'],
    steals: false,
  },
  {
    family: 'DialBright',
    description: 'Claims to clean the computer and loads more programs.',
    platforms: ['Win32'],
    aliases: [],
    steals: false,
  },
  {
    family: 'KiteRelay',
    description: 'Sells the connection to strangers.',
    platforms: ['Android'],
    aliases: ['Relay.K'],
    steals: false,
  },
];

/** Every family that a finding can name. */
export const INFECTION_FAMILIES: readonly string[] = [...BOTNETS, ...UNWANTED].map(({ family }) => family);

/** A malware server may be known by a name; then the name is the evidence. */
function compromised(scene: Scene, particular: JsonObject): ReturnType<DetailsBuilder> {
  const where = location(scene);
  return {
    evidenceKey: scene.asset,
    details: {
      check_pass: ' ',
      geo_ip_location: where.geo_ip_location,
      country: where.country,
      ...particular,
      remediations: REMEDIES,
      sample_timestamp: sampleTimestamp(scene),
    },
  };
}

function infected(families: readonly Family[]): DetailsBuilder {
  return scene => {
    const { random } = scene;
    const { family, description, platforms, aliases, steals } = random.of(families);
    return compromised(scene, {
      infection: {
        family,
        description,
        references: [`https://malware.example/${family.toLowerCase()}`],
        data_exfiltration: steals,
        unauthorized_access: steals,
        implies_other_infections: random.oneIn(3),
        resource_abuse: !steals,
        target_platforms: platforms,
        aliases,
      },
      server_name: `c${random.below(90)}.sinkhole.example`,
      dest_port: random.of([80, 443, 8080, 6667] as const),
      src_port: 1024 + random.below(60_000),
    });
  };
}

export const botnetInfections: DetailsBuilder = infected(BOTNETS);
export const potentiallyExploited: DetailsBuilder = infected(UNWANTED);

export const spamPropagation: DetailsBuilder = scene =>
  compromised(scene, { spam_type: 'Malformed Email', detection_method: 'Mail Server Connection Analysis' });

export const malwareServers: DetailsBuilder = scene =>
  compromised(scene, { server_name: scene.asset, portal_type: 'Malicious' });

export const unsolicitedCommunications: DetailsBuilder = scene =>
  compromised(scene, {
    detection_method: 'Darknet Traffic',
    dest_port: scene.random.of([23, 445, 3389, 5900] as const),
    src_port: 1024 + scene.random.below(60_000),
  });
