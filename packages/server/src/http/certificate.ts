/**
 * Builds the two X.509 certificates of the local authority from their ASN.1 schema, signed by node:crypto. Source: tokens.md,
 * "HTTPS" (which extensions, and which are critical), and RFC 5280 for their meaning.
 */
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';
const COMMON_NAME = '2.5.4.3';

export interface ValidityPeriod {
  notBefore: Date;
  notAfter: Date;
}

export interface CertificateAuthority {
  /** The subject's common name, and the issuer's of every leaf. */
  name: string;
  privateKey: KeyObject;
}

/**
 * The authority's own certificate: it may sign leaves (path length 0), and only for `hosts` and the networks given, so that
 * who trusts it trusts it for nothing else.
 */
export function authorityCertificate(
  authority: CertificateAuthority,
  permitted: { hosts: readonly string[]; networks: readonly string[] },
  validity: ValidityPeriod,
): string {
  const subtrees = [
    ...permitted.hosts.map(host => (isIP(host) === 0 ? host : `${host}/${isIP(host) === 4 ? 32 : 128}`)),
    ...permitted.networks,
  ].map(name => new GeneralSubtree({ base: generalName(name) }));
  return signedCertificate(authority, authority.name, publicKeyInfo(authority.privateKey), validity, [
    critical(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 })),
    critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign)),
    plain(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(authority.privateKey))),
    critical(
      id_ce_nameConstraints,
      new NameConstraints({ permittedSubtrees: new GeneralSubtrees(subtrees) }),
    ),
  ]);
}

/** A server's certificate for `hosts` (names and addresses), signed by the authority. */
export function leafCertificate(
  authority: CertificateAuthority,
  leaf: { name: string; privateKey: KeyObject; hosts: readonly string[] },
  validity: ValidityPeriod,
): string {
  return signedCertificate(authority, leaf.name, publicKeyInfo(leaf.privateKey), validity, [
    critical(id_ce_basicConstraints, new BasicConstraints({ cA: false })),
    critical(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature)),
    plain(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
    plain(id_ce_subjectAltName, new SubjectAlternativeName(leaf.hosts.map(generalName))),
    plain(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(leaf.privateKey))),
    plain(
      id_ce_authorityKeyIdentifier,
      new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(authority.privateKey)) }),
    ),
  ]);
}

function signedCertificate(
  authority: CertificateAuthority,
  subject: string,
  publicKey: SubjectPublicKeyInfo,
  validity: ValidityPeriod,
  extensions: Extension[],
): string {
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 });
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(),
    signature: algorithm,
    issuer: commonName(authority.name),
    validity: new Validity(validity),
    subject: commonName(subject),
    subjectPublicKeyInfo: publicKey,
    extensions: new Extensions(extensions),
  });
  const signatureValue = sign(
    'sha256',
    Buffer.from(AsnConvert.serialize(tbsCertificate)),
    authority.privateKey,
  );
  const certificate = new Certificate({
    tbsCertificate,
    signatureAlgorithm: algorithm,
    signatureValue: arrayBufferOf(signatureValue),
  });
  return new X509Certificate(Buffer.from(AsnConvert.serialize(certificate))).toString();
}

/** 16 random bytes, the first bit clear (a serial number is positive) and the second set (so that none is shortened). */
function serialNumber(): ArrayBuffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return arrayBufferOf(bytes);
}

function commonName(text: string): Name {
  const attribute = new AttributeTypeAndValue({
    type: COMMON_NAME,
    value: new AttributeValue({ utf8String: text }),
  });
  return new Name([new RelativeDistinguishedName([attribute])]);
}

/** A DNS name, an address, or a network as `address/bits`. */
function generalName(text: string): GeneralName {
  const [address = text] = text.split('/');
  return isIP(address) === 0 ? new GeneralName({ dNSName: text }) : new GeneralName({ iPAddress: text });
}

function publicKeyInfo(privateKey: KeyObject): SubjectPublicKeyInfo {
  const encoded = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return AsnConvert.parse(encoded, SubjectPublicKeyInfo);
}

/** SHA-1 of the public key's bits: method 1 of RFC 5280, 4.2.1.2. A name for the key, not a protection. */
function keyIdentifier(privateKey: KeyObject): ArrayBuffer {
  const bits = Buffer.from(publicKeyInfo(privateKey).subjectPublicKey);
  return arrayBufferOf(createHash('sha1').update(bits).digest());
}

function critical(id: string, value: object): Extension {
  return new Extension({
    extnID: id,
    critical: true,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function plain(id: string, value: object): Extension {
  return new Extension({
    extnID: id,
    critical: false,
    extnValue: new OctetString(AsnConvert.serialize(value)),
  });
}

function arrayBufferOf(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}
