/**
 * Details of what people use: desktop_software, mobile_software and file_sharing. Source: bitsight-api.md, 4.4 (the number
 * of users is a string; the end of life 9999-01-01 means none).
 */
import { dayText } from '../days.ts';
import {
  type DetailsBuilder,
  diligenceDetails,
  gradeText,
  location,
  remediation,
  sampleTimestamp,
} from './scene.ts';

interface Device {
  readonly os: string;
  readonly osLaunch: string;
  readonly osEol: string;
  readonly browser: string;
  readonly launch: string;
  readonly eol: string;
  readonly agent: string;
}

const DESKTOPS: readonly Device[] = [
  {
    os: '10.15.7',
    osLaunch: '2020-09-24',
    osEol: '9999-01-01',
    browser: '113',
    launch: '2023-05-02',
    eol: '2023-06-06',
    agent: 'Mozilla/5.0 (Macintosh) Chrome/113.0',
  },
  {
    os: '10.0',
    osLaunch: '2015-07-29',
    osEol: '2025-10-14',
    browser: '126',
    launch: '2024-06-11',
    eol: '2024-07-23',
    agent: 'Mozilla/5.0 (Windows NT 10.0) Chrome/126.0',
  },
  {
    os: '6.1',
    osLaunch: '2009-10-22',
    osEol: '2020-01-14',
    browser: '109',
    launch: '2023-01-10',
    eol: '2023-02-07',
    agent: 'Mozilla/5.0 (Windows NT 6.1) Chrome/109.0',
  },
];
const MOBILES: readonly Device[] = [
  {
    os: '16.7',
    osLaunch: '2023-09-21',
    osEol: '9999-01-01',
    browser: '16.6',
    launch: '2023-07-24',
    eol: '2023-09-18',
    agent: 'Mozilla/5.0 (iPhone) Version/16.6',
  },
  {
    os: '11',
    osLaunch: '2020-09-08',
    osEol: '2024-02-05',
    browser: '120',
    launch: '2023-12-05',
    eol: '2024-01-23',
    agent: 'Mozilla/5.0 (Linux; Android 11) Chrome/120.0',
  },
];

const SOFTWARE_REMEDIES = [
  remediation(
    'Outdated software',
    'The browser or system gets no more security updates.',
    '<p>Update the device, or take it off the network.</p>',
  ),
];

function endpoints(devices: readonly Device[]): DetailsBuilder {
  return scene => {
    const { random, address } = scene;
    const device = random.of(devices);
    return {
      evidenceKey: address,
      details: diligenceDetails(scene, {
        annotations: {
          count_ips: 1,
          operating_system_rule: {
            version: device.os,
            eol: device.osEol,
            launch: device.osLaunch,
            is: 'match',
          },
          user_agent_rule: { version: device.browser, eol: device.eol, launch: device.launch, is: 'match' },
          sample_ips: [address],
          sample_user_agent_strings: [device.agent],
          sample_domains: ['news.example'],
          sample_records: [{ ip: address, timestamp: sampleTimestamp(scene) }],
        },
        remediations: SOFTWARE_REMEDIES,
        searchable: device.agent,
        more: { estimation_of_users: String(1 + random.below(12)) },
      }),
    };
  };
}

export const desktopSoftware: DetailsBuilder = endpoints(DESKTOPS);
export const mobileSoftware: DetailsBuilder = endpoints(MOBILES);

const SHARING_REMEDIES = [
  remediation(
    'File sharing',
    'Files of unknown origin are exchanged from this network.',
    '<p>Block peer-to-peer traffic at the edge.</p>',
  ),
];

export const fileSharing: DetailsBuilder = scene => {
  const { random, traits, address } = scene;
  const where = location(scene);
  return {
    evidenceKey: address,
    details: {
      check_pass: '',
      geo_ip_location: where.geo_ip_location,
      country: where.country,
      grade: gradeText(traits),
      remediations: SHARING_REMEDIES,
      rollup_end_date: dayText(traits.lastSeen),
      rollup_start_date: dayText(traits.firstSeen),
      src_port: 1024 + random.below(60_000),
    },
  };
};
