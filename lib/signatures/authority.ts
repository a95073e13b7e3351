import * as asn1 from 'asn1js'
import {
  Attribute,
  AttributeTypeAndValue,
  BasicConstraints,
  Certificate,
  CertificateRevocationList,
  ContentInfo,
  EncapsulatedContentInfo,
  ExtKeyUsage,
  Extension,
  IssuerAndSerialNumber,
  RevokedCertificate,
  SignedAndUnsignedAttributes,
  SignedData,
  SignerInfo,
  Time,
} from 'pkijs'

/** A certification authority of the tests' or the demonstration's own, and what it issues. */
export interface Identity {
  readonly certificate: Certificate
  readonly key: CryptoKey
}

export interface Wish {
  readonly name: string
  /** `null` signs itself. */
  readonly issuer: Identity | null
  readonly from?: string
  readonly until?: string
  readonly isAuthority?: boolean
  /** Bits of KeyUsage, first bit first: `0b11000000` is signature and commitment. */
  readonly usage?: number
  readonly extendedUse?: string
  readonly kind?: 'rsa' | 'small rsa' | 'ec'
}

let serial = 100

export async function issue(wish: Wish): Promise<Identity> {
  const { name, issuer, from = '2020-01-01', until = '2040-01-01', isAuthority = false, kind = 'rsa' } = wish
  const keys = (await crypto.subtle.generateKey(parametersOf(kind), true, [
    'sign',
    'verify',
  ])) as CryptoKeyPair
  const certificate = new Certificate()
  certificate.version = 2
  certificate.serialNumber = new asn1.Integer({ value: ++serial })
  named(certificate.subject.typesAndValues, name)
  if (issuer) certificate.issuer = issuer.certificate.subject
  else named(certificate.issuer.typesAndValues, name)
  certificate.notBefore = new Time({ value: new Date(from) })
  certificate.notAfter = new Time({ value: new Date(until) })
  const usage = wish.usage ?? (isAuthority ? 0b00000110 : 0b11000000)
  certificate.extensions = [
    extension('2.5.29.19', new BasicConstraints({ cA: isAuthority }).toSchema(), true),
    extension(
      '2.5.29.15',
      new asn1.BitString({ valueHex: new Uint8Array([usage]).buffer, unusedBits: 0 }),
      true,
    ),
    ...(wish.extendedUse
      ? [extension('2.5.29.37', new ExtKeyUsage({ keyPurposes: [wish.extendedUse] }).toSchema())]
      : []),
  ]
  await certificate.subjectPublicKeyInfo.importKey(keys.publicKey)
  await certificate.sign(issuer?.key ?? keys.privateKey, 'SHA-256')
  return { certificate: Certificate.fromBER(certificate.toSchema(true).toBER()), key: keys.privateKey }
}

/** A revocation list of an authority. */
export async function list(
  issuer: Identity,
  revoked: readonly (readonly [Identity, string])[],
  next = '2040-01-01',
  since = '2026-01-01',
) {
  const made = new CertificateRevocationList()
  made.version = 1
  made.issuer = issuer.certificate.subject
  made.thisUpdate = new Time({ value: new Date(since) })
  made.nextUpdate = new Time({ value: new Date(next) })
  if (revoked.length > 0)
    made.revokedCertificates = revoked.map(
      ([one, at]) =>
        new RevokedCertificate({
          userCertificate: one.certificate.serialNumber,
          revocationDate: new Time({ value: new Date(at) }),
        }),
    )
  await made.sign(issuer.key, 'SHA-256')
  return CertificateRevocationList.fromBER(made.toSchema(true).toBER())
}

/** A detached CMS signature over the digest of a content. */
export async function sign(
  signer: Identity,
  digest: Uint8Array,
  {
    sent = [signer],
    boundTo = signer,
    hash = 'SHA-256',
  }: { sent?: readonly Identity[]; boundTo?: Identity; hash?: string } = {},
): Promise<Buffer> {
  const bound = await crypto.subtle.digest('SHA-256', boundTo.certificate.toSchema().toBER())
  const attributes = [
    new Attribute({
      type: '1.2.840.113549.1.9.3',
      values: [new asn1.ObjectIdentifier({ value: ContentInfo.DATA })],
    }),
    new Attribute({
      type: '1.2.840.113549.1.9.4',
      values: [new asn1.OctetString({ valueHex: Uint8Array.from(digest).buffer })],
    }),
    new Attribute({
      type: '1.2.840.113549.1.9.16.2.47',
      values: [sequence(sequence(sequence(new asn1.OctetString({ valueHex: bound }))))],
    }),
  ]
  const signed = new SignedData({
    encapContentInfo: new EncapsulatedContentInfo({ eContentType: ContentInfo.DATA }),
    certificates: sent.map((one) => one.certificate),
    signerInfos: [
      new SignerInfo({
        version: 1,
        sid: new IssuerAndSerialNumber({
          issuer: signer.certificate.issuer,
          serialNumber: signer.certificate.serialNumber,
        }),
        signedAttrs: new SignedAndUnsignedAttributes({ type: 0, attributes }),
      }),
    ],
  })
  // A key of the browser's kind carries its digest with it.
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', signer.key)
  const key = await crypto.subtle.importKey(
    'pkcs8',
    pkcs8,
    { ...signer.key.algorithm, hash } as RsaHashedImportParams,
    true,
    ['sign'],
  )
  await signed.sign(key, 0, hash)
  return Buffer.from(
    new ContentInfo({ contentType: ContentInfo.SIGNED_DATA, content: signed.toSchema(true) })
      .toSchema()
      .toBER(),
  )
}

const sequence = (value: asn1.BaseBlock) => new asn1.Sequence({ value: [value] })

function named(parts: AttributeTypeAndValue[], name: string) {
  parts.push(new AttributeTypeAndValue({ type: '2.5.4.3', value: new asn1.Utf8String({ value: name }) }))
}

const extension = (extnID: string, value: asn1.BaseBlock, critical = false) =>
  new Extension({ extnID, critical, extnValue: value.toBER() })

function parametersOf(kind: 'rsa' | 'small rsa' | 'ec'): RsaHashedKeyGenParams | EcKeyGenParams {
  if (kind === 'ec') return { name: 'ECDSA', namedCurve: 'P-256' }
  return {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: kind === 'rsa' ? 2048 : 1024,
    publicExponent: new Uint8Array([1, 0, 1]),
  }
}
