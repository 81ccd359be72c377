/**
 * Threats, vulnerabilities and attestations agree with one another and with the findings: the model is what findings, evidence and
 * impacted companies show, for random groups of companies and on several days.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { FindingWriter } from '../../src/ratings/sources/synthetic/findings.ts';
import { FiguresLab, fieldsOf, fixture } from './figures-lab.ts';

let lab: FiguresLab;
beforeAll(async () => {
  lab = await FiguresLab.start({ seed: 'threats', companies: 9, findingsPerCompany: 160 });
});
beforeEach(() => lab.askedBy(null));
afterAll(() => lab.close());

const Certainty = z.enum(['POSSIBLE', 'LIKELY', 'CONFIRMED']);
const CERTAINTIES = Certainty.options;
const Exposure = z.enum(['EXPOSED', 'MITIGATED']);
const Threat = z.object({
  guid: z.uuid(),
  name: z.string(),
  first_seen_date: z.string().nullable(),
  last_seen_date: z.string().nullable(),
  severity: z.object({ level: z.string(), details: z.string() }),
  exposed_count: z.int(),
  mitigated_count: z.int(),
  exposure_trend: z.int(),
  questionnaires_sent: z.int().nullable(),
  evidence_certainty: Certainty.nullable(),
});
type Threat = z.infer<typeof Threat>;
const Tag = z.object({ name: z.string(), slug: z.string() });
const Impacted = z.object({
  company_guid: z.string(),
  evidence_certainty: Certainty,
  exposure_detection: Exposure,
  first_seen_date: z.string(),
  last_seen_date: z.string(),
  tier: z.string().nullable(),
  detection_types: z.array(z.string()),
  evidence_tags: z.array(Tag),
});
type Impacted = z.infer<typeof Impacted>;
const Evidence = z.object({
  identifier: z.string(),
  certainty: Certainty,
  exposure_detection: Exposure,
  detection_type: z.string(),
  first_seen_date: z.string(),
  last_seen_date: z.string(),
  evidence_tag: Tag,
});
type Evidence = z.infer<typeof Evidence>;
const Impact = z.object({
  count: z.int(),
  summaries: z.object({
    exposed_count: z.int(),
    mitigated_count: z.int(),
    total_count: z.int(),
    entity_group_size: z.int(),
  }),
  results: z.array(Impacted),
});
const Finding = z.object({
  evidence_key: z.string(),
  first_seen: z.string(),
  last_seen: z.string(),
  remediated: z.boolean().nullable(),
  details: z.object({ vulnerabilities: z.array(z.object({ name: z.string() })) }),
});
const Attestation = z.object({
  attestation: z.object({ slug: z.string() }),
  company: z.object({ guid: z.string() }),
  threat: z.object({ guid: z.string(), name: z.string() }),
  created_time: z.iso.datetime(),
});

const threats = (query = '') => lab.rows(`/v2/threats${query}`, Threat);
const impactOf = (threat: Threat, query = '') =>
  lab.read(`/v2/threats/${threat.guid}/companies?limit=1000${query}`, Impact);
const evidenceOf = (threat: Threat, company: string, query = '') =>
  lab.rows(`/v2/threats/${threat.guid}/companies/${company}/evidence${query}`, Evidence);

const least = (texts: readonly string[]) => texts.toSorted()[0] ?? null;
const most = (texts: readonly string[]) => texts.toSorted().at(-1) ?? null;
const surest = (of: readonly z.infer<typeof Certainty>[]) =>
  of.length === 0 ? null : CERTAINTIES[Math.max(...of.map(certainty => CERTAINTIES.indexOf(certainty)))];
const once = (texts: readonly string[]) => [...new Set(texts)].sort();

/** What a list of impacted companies says of the threat, by the words of the documentation. */
function figuresOf(companies: readonly Impacted[], today: string) {
  const since = new Date(Date.parse(today) - 30 * 86_400_000).toISOString().slice(0, 10);
  const isExposed = ({ exposure_detection: exposure }: Impacted) => exposure === 'EXPOSED';
  const exposed = companies.filter(isExposed);
  const mitigated = companies.filter(company => !isExposed(company));
  const began = exposed.filter(row => row.first_seen_date > since);
  const ended = mitigated.filter(row => row.last_seen_date > since && row.first_seen_date <= since);
  return {
    exposed_count: exposed.length,
    mitigated_count: mitigated.length,
    exposure_trend: began.length - ended.length,
    first_seen_date: least(companies.map(row => row.first_seen_date)),
    last_seen_date: most(companies.map(row => row.last_seen_date)),
    evidence_certainty: surest(companies.map(row => row.evidence_certainty)),
  };
}

/** What pieces of evidence say of the company. */
function impactOfEvidence(evidence: readonly Evidence[]): Partial<Impacted> {
  const exposed = evidence.filter(row => row.exposure_detection === 'EXPOSED');
  const deciding = exposed.length > 0 ? exposed : evidence;
  return {
    exposure_detection: exposed.length > 0 ? 'EXPOSED' : 'MITIGATED',
    first_seen_date: least(evidence.map(row => row.first_seen_date)) ?? '',
    last_seen_date: most(evidence.map(row => row.last_seen_date)) ?? '',
    evidence_certainty: surest(deciding.map(row => row.certainty)) ?? 'POSSIBLE',
    detection_types: once(evidence.map(row => row.detection_type)),
  };
}

test('in every group and on any day the list, its companies and the summaries say the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8]),
      fc.integer({ min: 0, max: 60 }),
      async (chosen, days) => {
        lab.pass(days);
        try {
          const guids = lab.companies.filter((_, index) => chosen.includes(index));
          lab.askedBy(guids);
          const list = await threats();
          for (const threat of list) {
            const impact = await impactOf(threat);
            expect(threat).toMatchObject(figuresOf(impact.results, lab.source.today()));
            expect(impact.summaries).toEqual({
              exposed_count: threat.exposed_count,
              mitigated_count: threat.mitigated_count,
              total_count: impact.count,
              entity_group_size: guids.length,
            });
            expect(guids).toEqual(expect.arrayContaining(impact.results.map(row => row.company_guid)));
          }
          const impacting = list.filter(row => row.exposed_count + row.mitigated_count > 0);
          const figures = (name: 'exposed_count' | 'mitigated_count' | 'exposure_trend') =>
            list.map(row => row[name]);
          const scores = list.map(row => Number(row.severity.details.slice('CVSS '.length)));
          const ofTrend = (sign: number) =>
            impacting.filter(row => Math.sign(row.exposure_trend) === sign).length;
          expect(await lab.read('/v2/threats/summaries', z.record(z.string(), z.int()))).toEqual({
            threats_total_count: list.length,
            threats_impacting_count: impacting.length,
            exposure_increasing_count: ofTrend(1),
            exposure_flat_count: ofTrend(0),
            exposure_decreasing_count: ofTrend(-1),
            exposed_min: Math.min(...figures('exposed_count')),
            exposed_max: Math.max(...figures('exposed_count')),
            mitigated_min: Math.min(...figures('mitigated_count')),
            mitigated_max: Math.max(...figures('mitigated_count')),
            exposure_trend_min: Math.min(...figures('exposure_trend')),
            exposure_trend_max: Math.max(...figures('exposure_trend')),
            severity_min: Math.floor(Math.min(...scores)),
            severity_max: Math.ceil(Math.max(...scores)),
          });
          const vulnerabilities = await lab.rows(
            '/v1/portfolio/vulnerabilities',
            z.object({ name: z.string(), severity: z.string(), companies_impacted: z.int() }),
          );
          expect(vulnerabilities.map(row => [row.name, row.severity, row.companies_impacted]).sort()).toEqual(
            impacting
              .map(row => [row.name, row.severity.level, row.exposed_count + row.mitigated_count])
              .sort(),
          );
        } finally {
          lab.askedBy(null);
          lab.pass(-days);
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('evidence is the findings that show the vulnerability, and decides what is said of the company', async () => {
  const list = await threats();
  const impacts = new Map<string, readonly Impacted[]>();
  for (const threat of list) impacts.set(threat.guid, (await impactOf(threat)).results);
  for (const guid of lab.companies) {
    const vulnerable = await lab.rows(
      `/v1/companies/${guid}/findings?vulnerabilities=${list.map(({ name }) => name).join(',')}`,
      Finding,
    );
    for (const threat of list) {
      const findings = vulnerable.filter(({ details }) =>
        details.vulnerabilities.some(({ name }) => name === threat.name),
      );
      const evidence = await evidenceOf(threat, guid);
      const told = (row: { first: string; last: string; key: string }) =>
        `${row.key} ${row.first} ${row.last}`;
      expect(
        evidence
          .map(row => told({ key: row.identifier, first: row.first_seen_date, last: row.last_seen_date }))
          .sort(),
      ).toEqual(
        findings
          .map(row => told({ key: row.evidence_key, first: row.first_seen, last: row.last_seen }))
          .sort(),
      );
      const impacted = impacts.get(threat.guid)?.find(row => row.company_guid === guid);
      expect(impacted !== undefined).toBe(evidence.length > 0);
      if (impacted === undefined) continue;
      expect(impacted).toMatchObject(impactOfEvidence(evidence));
      const slugs = new Set(evidence.map(row => row.evidence_tag.slug));
      for (const { slug } of impacted.evidence_tags) expect(slugs).toContain(slug);
      const patched = new Set(findings.filter(row => row.remediated === true).map(row => row.evidence_key));
      const open = new Set(findings.filter(row => row.remediated === false).map(row => row.evidence_key));
      for (const { identifier, exposure_detection: exposure } of evidence) {
        if (patched.has(identifier) && !open.has(identifier)) expect(exposure).toBe('MITIGATED');
        if (open.has(identifier) && !patched.has(identifier)) expect(exposure).toBe('EXPOSED');
      }
    }
  }
});

describe('shapes', () => {
  test.each([
    ['threats.v2.GET.json', async () => lab.answer('/v2/threats')],
    ['threats.v2.summaries.GET.json', async () => lab.answer('/v2/threats/summaries')],
    [
      'threats.v2.companies.GET.json',
      async () => lab.answer(`/v2/threats/${(await impacting()).guid}/companies`),
    ],
    [
      'threats.v2.evidence.GET.json',
      async () => {
        const threat = await impacting();
        const [company] = (await impactOf(threat)).results;
        return lab.answer(`/v2/threats/${threat.guid}/companies/${company?.company_guid}/evidence`);
      },
    ],
  ])('%s has the fields of the recorded answer', async (name, ask) => {
    const { json } = await ask();
    const shown = fieldsOf(json).filter(field => field !== 'next');
    expect(shown.toSorted()).toEqual([...fieldsOf(fixture(name))].sort());
  });

  const impacting = async (): Promise<Threat> => {
    const found = (await threats()).find(row => row.exposed_count > 0);
    if (found === undefined) throw new Error('no threat exposes anybody');
    return found;
  };

  test('pages have the sizes and orders of their own', async () => {
    const threat = await impacting();
    const page = z.object({ count: z.int(), results: z.array(z.record(z.string(), z.unknown())) });
    const list = await lab.read('/v2/threats', page);
    expect(list.results).toHaveLength(10);
    expect(list.count).toBeGreaterThan(10);
    const trends = list.results.map(row => Number(row.exposure_trend));
    expect(trends).toEqual(trends.toSorted((left, right) => left - right));
    const { results } = await lab.read(`/v2/threats/${threat.guid}/companies`, page);
    const days = results.map(row => String(row.last_seen_date));
    expect(days).toEqual(days.toSorted());
  });

  test('expand adds what nothing else shows', async () => {
    const threat = await impacting();
    expect((await threats('?expand=questionnaires_sent')).every(row => row.questionnaires_sent === 0)).toBe(
      true,
    );
    const { json } = await lab.answer(
      `/v2/threats/${threat.guid}/companies?expand=sub_threats_count,workflow_status`,
    );
    expect(json).toMatchObject({
      summaries: { sub_threats_count: 0 },
      results: expect.arrayContaining([
        expect.objectContaining({ sub_threats_count: 0, workflow_status: null }),
      ]),
    });
  });
});

describe('parameters', () => {
  test('a folder or tier narrows the companies that are counted, in the list and in the impact alike', async () => {
    const { tier } = await lab
      .rows('/v2/portfolio', z.object({ tier: z.string().nullable() }))
      .then(rows => rows.find(row => row.tier !== null) ?? { tier: '' });
    const size = await lab.count(`/v2/portfolio?tier=${tier}`);
    for (const threat of await threats(`?tier=${tier}`)) {
      const { results, summaries } = await impactOf(threat, `&tier=${tier}`);
      expect(summaries).toMatchObject({ exposed_count: threat.exposed_count, entity_group_size: size });
      expect(results.every(row => row.tier === tier)).toBe(true);
    }
    const nobody = await threats('?folder=00000000-0000-4000-8000-000000000000');
    expect(nobody.every(row => row.exposed_count + row.mitigated_count === 0)).toBe(true);
    expect(nobody.length).toBeGreaterThan(0);
    // No list of threats takes the guid of a company by this name.
    expect(await threats('?guid=no-company')).toEqual(await threats());
  });

  test('impacts_selection leaves threats out that impact none of the companies', async () => {
    const [guid = ''] = lab.companies;
    const selected = await threats(`?impacts_selection=true&company_guid=${guid}`);
    for (const threat of await threats()) {
      const has = (await impactOf(threat)).results.some(row => row.company_guid === guid);
      const shown = selected.find(row => row.guid === threat.guid);
      expect(shown !== undefined).toBe(has);
      if (shown !== undefined) expect(shown.exposed_count + shown.mitigated_count).toBe(1);
    }
    // Without it the companies are those of the view.
    expect(await threats(`?company_guid=${guid}`)).toEqual(await threats());
    expect(await threats('?impacts_selection=true&company_guid=nobody')).toEqual([]);
  });

  test('filters find by what the rows mean', async () => {
    const list = await threats();
    const score = (row: Threat) => Number(row.severity.details.slice('CVSS '.length));
    const asked: readonly (readonly [string, (row: Threat) => boolean])[] = [
      ['severity_gte=7&severity_lte=9', row => score(row) >= 7 && score(row) <= 9],
      ['severity_level=severe,Minor', row => /Severe|Minor/.test(row.severity.level)],
      ['exposed_count_gte=3', row => row.exposed_count >= 3],
      ['exposure_trend=decreasing', row => row.exposure_trend < 0],
      ['exposure_trend=0', row => row.exposure_trend === 0],
      ['category_slug=vulnerability', () => true],
      ['category_slug=weather', () => false],
      ['impacts_group=true', () => false],
      ['q=2021-', row => row.name.includes('2021-')],
      ['q=heartBLEED', row => row.name === 'CVE-2014-0160'],
      ['last_seen_date_lte=2026-01-01', row => (row.last_seen_date ?? '9') <= '2026-01-01'],
      ['nothing_known=1', () => true],
    ];
    for (const [query, isMet] of asked) {
      const found = (await threats(`?${query}`)).map(({ name }) => name);
      expect(found.toSorted(), query).toEqual(
        list
          .filter(isMet)
          .map(({ name }) => name)
          .sort(),
      );
    }
    for (const query of ['severity_gte=high', 'first_seen_date_gte=once', 'limit=0', 'dve_score_lte=x']) {
      expect((await lab.answer(`/v2/threats?${query}`)).status, query).toBe(400);
    }
  });

  test('companies are found by exposure, in new words and old, by certainty and by tag', async () => {
    for (const threat of await threats()) {
      const { results } = await impactOf(threat);
      const count = async (query: string) => (await impactOf(threat, `&${query}`)).count;
      const exposed = results.filter(row => row.exposure_detection === 'EXPOSED').length;
      expect(await count('exposure_detection=EXPOSED')).toBe(exposed);
      expect(await count('exposure_detection=currently')).toBe(exposed);
      expect(await count('exposure_detection=previously')).toBe(results.length - exposed);
      expect(await count('exposure_detection=perhaps')).toBe(0);
      expect(await count('evidence_certainty=LIKELY,CONFIRMED')).toBe(
        results.filter(row => row.evidence_certainty !== 'POSSIBLE').length,
      );
      const tag = 'VULNERABLE_SOFTWARE_VERSION_IN_USE';
      expect(await count(`evidence_tags=${tag}`)).toBe(
        results.filter(row => row.evidence_tags.some(({ slug }) => slug === tag)).length,
      );
      expect(await count('sub_threat_guid=none')).toBe(0);
    }
  });

  test('force_masked hides the last half of addresses, and nothing else', async () => {
    const shown = new Set<string>();
    for (const threat of await threats()) {
      for (const { company_guid: guid } of (await impactOf(threat)).results) {
        const plain = await evidenceOf(threat, guid, '?sort=first_seen_date');
        const masked = await evidenceOf(threat, guid, '?sort=first_seen_date&force_masked=true');
        expect(masked.map(row => row.first_seen_date)).toEqual(plain.map(row => row.first_seen_date));
        for (const { identifier } of masked) shown.add(identifier);
      }
    }
    const addresses = [...shown].filter(identifier => /^[[\d]/.test(identifier));
    expect(addresses.length).toBeGreaterThan(0);
    for (const address of addresses) {
      expect(address).toMatch(/^(\d+\.\d+\.xxx\.xxx(:\d+)?|\[?2001:db8:xxx(\]:\d+)?)$/);
    }
  });

  test('an unknown threat is 404, a company outside of the group 403', async () => {
    const nothing = '00000000-0000-4000-8000-000000000000';
    const [inside = '', outside = ''] = lab.companies;
    const [threat] = await threats();
    lab.askedBy([inside]);
    const status = async (path: string) => (await lab.answer(path)).status;
    expect(await status(`/v2/threats/${nothing}/companies`)).toBe(404);
    expect(await status(`/v2/threats/${nothing}/companies/${inside}/evidence`)).toBe(404);
    expect(await status(`/v2/threats/${threat?.guid}/companies/${inside}/evidence`)).toBe(200);
    expect(await status(`/v2/threats/${threat?.guid}/companies/${outside}/evidence`)).toBe(403);
    expect(await status(`/v2/threats/${threat?.guid}/companies/${nothing}/evidence`)).toBe(403);
    expect(await status(`/v1/companies/${outside}/threats/attestations`)).toBe(403);
  });
});

test('attestations are about impacts, and those of the portfolio are those of its companies', async () => {
  const all = await lab.rows('/v1/threats/attestations', Attestation);
  const each = [];
  for (const guid of lab.companies) {
    each.push(...(await lab.rows(`/v1/companies/${guid}/threats/attestations`, Attestation)));
  }
  const told = (row: z.infer<typeof Attestation>) => JSON.stringify(row);
  expect(all.map(told).sort()).toEqual(each.map(told).sort());
  expect(all.length).toBeGreaterThan(0);
  for (const threat of await threats()) {
    const companies = new Set((await impactOf(threat)).results.map(row => row.company_guid));
    for (const row of all.filter(({ threat: of }) => of.guid === threat.guid)) {
      expect(companies).toContain(row.company.guid);
      expect(row.threat.name).toBe(threat.name);
      expect(row.created_time.slice(0, 10) <= lab.source.today()).toBe(true);
    }
  }
  lab.askedBy(lab.companies.slice(0, 2));
  const inGroup = await lab.rows('/v1/threats/attestations', Attestation);
  expect(inGroup).toEqual(all.filter(row => lab.companies.indexOf(row.company.guid) < 2));
});

test('exposure ends as days pass, and evidence of it is kept a while and then forgotten', async () => {
  const seen = new Map<string, string[]>();
  const tags = new Set<string>();
  for (let day = 0; day < 400; day += 20) {
    for (const threat of await threats()) {
      for (const row of (await impactOf(threat)).results) {
        for (const { slug } of row.evidence_tags) tags.add(slug);
        const key = `${threat.name} ${row.company_guid}`;
        seen.set(key, [...(seen.get(key) ?? []), row.exposure_detection]);
      }
    }
    lab.pass(20);
  }
  lab.pass(-400);
  const lives = [...seen.values()].map(states => states.join(' '));
  expect(lives.some(life => /EXPOSED MITIGATED/.test(life))).toBe(true);
  expect(lives.some(life => life.split(' ').length < 20)).toBe(true);
  expect([...tags].sort()).toEqual([
    'LONG_TIME_SINCE_LAST_DETECTION',
    'MITIGATION_APPLIED',
    'VULNERABLE_SOFTWARE_OR_CONFIGURATION_IN_USE',
    'VULNERABLE_SOFTWARE_VERSION_IN_USE',
  ]);
});

test('vulnerabilities are found by severity, in words and in scores, and are the same in each catalogue', async () => {
  const Vulnerability = z.object({
    name: z.string(),
    alias: z.string(),
    display_name: z.string(),
    description: z.string(),
    confidence: z.enum(['HIGH', 'LOW']),
    cvss: z.object({ base: z.number() }),
    severity: z.enum(['Minor', 'Moderate', 'Material', 'Severe']),
    remediation_tips: z.string(),
  });
  const all = await lab.rows('/v1/vulnerabilities', Vulnerability);
  expect(await lab.read('/v1/defaults/vulnerabilities', z.array(Vulnerability))).toEqual(all);
  expect(
    await lab.read('/v1/defaults/vulnerabilities?fields=name', z.array(z.record(z.string(), z.string()))),
  ).toEqual(all.map(({ name }) => ({ name })));
  const found = (query: string) => lab.rows(`/v1/vulnerabilities?${query}`, Vulnerability);
  expect(await found('severity=SEVERE')).toEqual(all.filter(row => row.severity === 'Severe'));
  expect(await found('severity_gte=7.5&severity_lt=9')).toEqual(
    all.filter(({ cvss }) => cvss.base >= 7.5 && cvss.base < 9),
  );
  expect(await found('severity=Nothing')).toEqual([]);
  expect(await found('q=poodle')).toHaveLength(1);
  const ranks = (await found('sort=-severity')).map(row => row.cvss.base >= 9);
  expect(ranks).toEqual(ranks.toSorted().reverse());
  expect((await lab.answer('/v1/vulnerabilities?severity_gte=bad')).status).toBe(400);
  const own = await lab.rows(
    '/v1/portfolio/vulnerabilities?scope=spm',
    z.object({ companies_impacted: z.number() }),
  );
  expect(own.every(row => row.companies_impacted === 1)).toBe(true);
  expect(await lab.count('/v1/portfolio/vulnerabilities?scope=elsewhere')).toBe(0);
});

test('a large portfolio is counted without making a record of any finding, and once a day', async () => {
  const large = await FiguresLab.start({ seed: 'large', companies: 400, findingsPerCompany: 500 });
  const record = vi.spyOn(FindingWriter.prototype, 'record');
  try {
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };
    // A count of all findings looks at each of them once, and is what a list may cost a few times over.
    const counting = await timed(async () => large.source.summary());
    const first = await timed(() => large.rows('/v2/threats', Threat));
    const again = await timed(() => large.rows('/v2/threats', Threat));
    await large.read('/v2/threats/summaries', z.unknown());
    await large.count('/v1/portfolio/vulnerabilities');
    await large.count('/v1/threats/attestations');
    expect(record).not.toHaveBeenCalled();
    expect(first).toBeLessThan(counting * 10 + 500);
    expect(again).toBeLessThan(first);
  } finally {
    record.mockRestore();
    await large.close();
  }
});
