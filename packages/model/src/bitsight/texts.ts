// The human texts of a finding: title, description, remediation and the annotation's message.
import { plainText } from '../plain-text.ts';
import type { TprmAsset } from '../schemas/finding.ts';
import { vulnerabilityNameOf } from './details.ts';
import { isObject, type JsonObject, listOf, objectOf, ownField, textOf } from './readers.ts';

function plain(value: unknown): string | null {
  const text = textOf(value);
  return text === null ? null : textOf(plainText(text));
}

function joined(texts: readonly (string | null)[]): string | null {
  const unique = new Set(texts.filter(text => text !== null));
  return unique.size === 0 ? null : [...unique].join('\n\n');
}

/** spf: annotations keyed by domain, and `total`. The finding's own domain speaks first, `total` last. */
function messageByDomain(annotations: JsonObject, domains: readonly string[]): string | null {
  for (const domain of domains) {
    const message = plain(objectOf(ownField(annotations, domain)).message);
    if (message !== null) return message;
  }
  for (const [domain, annotation] of Object.entries(annotations)) {
    const message = domain !== 'total' && isObject(annotation) ? plain(annotation.message) : null;
    if (message !== null) return message;
  }
  return plain(objectOf(ownField(annotations, 'total')).message);
}

/**
 * The message of `diligence_annotations`, in any of its three shapes: one object, a list (web_appsec) or a map keyed
 * by domain (spf). server_software has no message but a server and its version.
 */
export function annotationMessage(
  record: JsonObject,
  details: JsonObject,
  assets: readonly TprmAsset[],
): string | null {
  const annotations = details.diligence_annotations;
  if (Array.isArray(annotations)) {
    for (const entry of listOf(annotations)) {
      const message = plain(objectOf(entry).message) ?? plain(objectOf(entry).name);
      if (message !== null) return message;
    }
    return null;
  }
  if (!isObject(annotations)) return null;
  const message = plain(annotations.message);
  if (message !== null) return message;
  const server = plain(annotations.server);
  if (server !== null) {
    const version = plain(annotations.version);
    return version === null ? server : `${server} ${version}`;
  }
  const evidence = textOf(record.evidence_key);
  const names = assets.map(asset => asset.value);
  return messageByDomain(annotations, evidence === null ? names : [evidence, ...names]);
}

function firstField(entries: unknown, field: string): unknown {
  for (const entry of listOf(entries)) {
    const value = objectOf(entry)[field];
    if (textOf(value) !== null) return value;
  }
  return null;
}

/** One line: the risk vector, then what was seen, from the most telling field the record has. */
export function titleOf(
  factorName: string,
  message: string | null,
  record: JsonObject,
  details: JsonObject,
): string {
  const seen =
    message ??
    plain(objectOf(details.infection).family) ??
    vulnerabilityNameOf(details.vulnerability_name) ??
    vulnerabilityNameOf(firstField(details.vulnerabilities, 'name')) ??
    plain(details.assessment_name) ??
    plain(details.spam_type) ??
    plain(details.server_name) ??
    plain(firstField(details.remediations, 'message')) ??
    textOf(record.evidence_key);
  const title = seen === null ? factorName : `${factorName}: ${seen}`;
  return title.includes('\n') ? title.replace(/\s+/g, ' ') : title;
}

/** What was found: infection, else help texts, else vulnerabilities, else risks, else the annotation's message. */
export function descriptionOf(details: JsonObject, message: string | null): string | null {
  const annotations = objectOf(details.diligence_annotations);
  return (
    plain(objectOf(details.infection).description) ??
    joined(listOf(details.remediations).map(entry => plain(objectOf(entry).help_text))) ??
    joined(listOf(details.vulnerabilities).map(entry => plain(objectOf(entry).description))) ??
    joined(listOf(annotations.risks).map(plain)) ??
    message
  );
}

/** Whether there is a remediation tip: help text alone says what is wrong, not how to put it right. */
export function hasRemediationTip(details: JsonObject): boolean {
  return (
    listOf(details.remediations).some(isEntryWithTip) || listOf(details.vulnerabilities).some(isEntryWithTip)
  );
}

function isEntryWithTip(entry: unknown): boolean {
  return plain(objectOf(entry).remediation_tip) !== null;
}

/** Tips of `remediations[]` as plain text (help text where an entry has no tip), else the tips of `vulnerabilities[]`. */
export function remediationOf(details: JsonObject): string | null {
  const remediations = listOf(details.remediations).map(objectOf);
  const texts = remediations.map(entry => plain(entry.remediation_tip) ?? plain(entry.help_text));
  if (remediations.some(isEntryWithTip)) return joined(texts);
  const tips = listOf(details.vulnerabilities).map(entry => plain(objectOf(entry).remediation_tip));
  return joined([...texts, ...tips]);
}
