import { constants, createPublicKey, verify as verifyBytes } from 'node:crypto'
import { fromBER, ObjectIdentifier, OctetString } from 'asn1js'
import {
  Certificate,
  ContentInfo,
  IssuerAndSerialNumber,
  RSASSAPSSParams,
  SignedData,
  type SignerInfo,
} from 'pkijs'
import { checkChain, commonName, serialOf, type ChainReason } from './chain'
import type { TrustStore } from './trust'

/** Why a signature is not valid, or not surely; the words are the pages' and the command's. */
export type Reason =
  | 'valid'
  | 'not-cms'
  | 'no-signer'
  | 'content-differs'
  | 'signature-wrong'
  | 'other-certificate'
  | 'weak-algorithm'
  | ChainReason

export interface Verified {
  readonly validation: 'valid' | 'invalid' | 'undetermined'
  readonly reason: Reason
  readonly revocation: 'good' | 'revoked' | 'unknown'
  /** Of the signer's certificate, as far as one was found. */
  readonly signer: { readonly name: string; readonly serial: string; readonly issuer: string } | null
}

/** What a CMS signature over a document says of itself, before it is believed. */
export interface Asked {
  /** DER of a detached CMS SignedData (RFC 5652), as CAdES builds on. */
  readonly cms: Uint8Array
  /** The digest of the stored document by the algorithm that the signature names. */
  readonly digest: (algorithm: DigestName) => Promise<Uint8Array | null>
  readonly trust: TrustStore
  /** When it was signed: the instant at which certificates have to be good. */
  readonly signedAt: Date
}

export type DigestName = 'sha256' | 'sha384' | 'sha512'
const digests: Readonly<Record<string, DigestName>> = {
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
/** Signature algorithms by the key and digest they go with; plain `rsa` names no digest (RFC 3370 §3.2). */
const algorithms: Readonly<Record<string, readonly [key: 'rsa' | 'ec', digest: DigestName | null]>> = {
  '1.2.840.113549.1.1.1': ['rsa', null],
  '1.2.840.113549.1.1.10': ['rsa', null],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
}
const oid = {
  messageDigest: '1.2.840.113549.1.9.4',
  contentType: '1.2.840.113549.1.9.3',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  rsa: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ec: '1.2.840.10045.2.1',
}

/**
 * Verifies a detached CMS signature whose signed attributes hold the document's digest (RFC 5652 §5.4): the document
 * itself is not needed, so nobody has to read a chart to check who signed it. In this order: is it one, is it over this
 * document, was it made with this key, is the certificate good for signing, at that time, up to a trusted root, not revoked.
 */
export async function verifySignature({ cms, digest, trust, signedAt }: Asked): Promise<Verified> {
  const claim = claimOf(cms)
  if ('reason' in claim) return claim
  // Outside of the guard: when the database does not answer, nothing was verified.
  const stored = await digest(claim.algorithm)
  try {
    return await judged(claim, stored, trust, signedAt)
  } catch {
    // Bytes that a parser stumbles over are no proof of anything.
    return failed('not-cms', claim.signer)
  }
}

const failed = (reason: Reason, signer: Verified['signer'] = null): Verified => ({
  validation: 'invalid',
  reason,
  revocation: 'unknown',
  signer,
})

interface Claim {
  readonly info: SignerInfo
  readonly certificate: Certificate
  readonly sent: readonly Certificate[]
  readonly algorithm: DigestName
  readonly signer: Verified['signer']
}

/** Who says to have signed, and by which digest; or why there is nothing to ask about. */
function claimOf(cms: Uint8Array): Claim | Verified {
  try {
    const signed = parsed(cms)
    if (!signed) return failed('not-cms')
    const [info] = signed.signerInfos
    const sent = (signed.certificates ?? []).filter((one): one is Certificate => one instanceof Certificate)
    const certificate = info && sent.find((one) => isSigner(info, one))
    if (!info?.signedAttrs || !certificate) return failed('no-signer')
    const { subject, issuer } = certificate
    const signer = { name: commonName(subject), serial: serialOf(certificate), issuer: commonName(issuer) }
    const algorithm = digests[info.digestAlgorithm.algorithmId]
    if (!algorithm) return failed('weak-algorithm', signer)
    return isCoherent(signed, info)
      ? { info, certificate, sent, algorithm, signer }
      : failed('not-cms', signer)
  } catch {
    return failed('not-cms')
  }
}

async function judged(
  claim: Claim,
  stored: Uint8Array | null,
  trust: TrustStore,
  signedAt: Date,
): Promise<Verified> {
  const { info, certificate, sent, algorithm, signer } = claim
  const said = attribute(info, oid.messageDigest)
  if (!stored || !said || !same(stored, octets(said))) return failed('content-differs', signer)
  const bound = attribute(info, oid.signingCertificateV2)
  if (bound && !(await bindsTo(bound, certificate))) return failed('other-certificate', signer)
  const made = madeWith(info, certificate, algorithm)
  if (made !== 'yes') return failed(made, signer)
  const { reason, revocation } = await checkChain(certificate, sent, trust, signedAt)
  return {
    validation: reason === null ? 'valid' : reason === 'revocation-unknown' ? 'undetermined' : 'invalid',
    reason: reason ?? 'valid',
    revocation,
    signer,
  }
}

function parsed(cms: Uint8Array): SignedData | null {
  try {
    const { result, offset } = fromBER(Uint8Array.from(cms).buffer)
    // Bytes after the structure belong to nobody.
    if (offset !== cms.length) return null
    const info = new ContentInfo({ schema: result })
    if (info.contentType !== ContentInfo.SIGNED_DATA) return null
    const signed = new SignedData({ schema: info.content })
    // Detached, one signer: anything else is another kind of document.
    return signed.signerInfos.length === 1 && !signed.encapContentInfo.eContent ? signed : null
  } catch {
    return null
  }
}

/** What stands twice has to agree: digests named outside and inside, the type of the content (RFC 5652 §5.3, §11.1). */
function isCoherent(signed: SignedData, info: SignerInfo): boolean {
  const type = attribute(info, oid.contentType)
  return (
    signed.digestAlgorithms.some((one) => one.algorithmId === info.digestAlgorithm.algorithmId) &&
    type instanceof ObjectIdentifier &&
    type.valueBlock.toString() === signed.encapContentInfo.eContentType
  )
}

function isSigner(info: SignerInfo, certificate: Certificate): boolean {
  const { sid } = info
  if (sid instanceof IssuerAndSerialNumber)
    return sid.issuer.isEqual(certificate.issuer) && sid.serialNumber.isEqual(certificate.serialNumber)
  const own = certificate.extensions?.find((one) => one.extnID === '2.5.29.14')
  const wanted = sid?.valueBlock?.valueHexView as Uint8Array | undefined
  const inner = own && fromBER(own.extnValue.valueBlock.valueHexView).result
  return Boolean(wanted && inner && same(wanted, octets(inner)))
}

const attribute = (info: SignerInfo, type: string) =>
  info.signedAttrs?.attributes.find((one) => one.type === type)?.values[0] as Asn1 | undefined

interface Asn1 {
  readonly valueBlock: { readonly valueHexView?: Uint8Array; readonly value?: readonly Asn1[] }
}
const octets = (node: unknown): Uint8Array => (node as Asn1).valueBlock.valueHexView ?? new Uint8Array()

const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b))

/** ESSCertIDv2 (RFC 5035 §4): the attribute holds the digest of the certificate that was meant. */
async function bindsTo(value: Asn1, certificate: Certificate): Promise<boolean> {
  const inner = (node: Asn1 | undefined): readonly Asn1[] =>
    Array.isArray(node?.valueBlock.value) ? node.valueBlock.value : []
  const hash = inner(inner(inner(value)[0])[0]).find((one) => one instanceof OctetString)
  if (!hash) return false
  const bytes = certificate.toSchema().toBER()
  const length = octets(hash).length
  const name = length === 32 ? 'SHA-256' : length === 48 ? 'SHA-384' : 'SHA-512'
  return same(new Uint8Array(await crypto.subtle.digest(name, bytes)), octets(hash))
}

/** The signature is over the DER of the attributes as a SET (RFC 5652 §5.4), with the certificate's key. */
function madeWith(
  info: SignerInfo,
  certificate: Certificate,
  digest: DigestName,
): 'yes' | 'signature-wrong' | 'weak-algorithm' {
  const attributes = Buffer.from(info.signedAttrs?.encodedValue ?? new ArrayBuffer(0))
  const signature = Buffer.from(info.signature.valueBlock.valueHexView)
  try {
    const key = createPublicKey({
      key: Buffer.from(certificate.subjectPublicKeyInfo.toSchema().toBER()),
      format: 'der',
      type: 'spki',
    })
    const kind = certificate.subjectPublicKeyInfo.algorithm.algorithmId
    const [family, named] = algorithms[info.signatureAlgorithm.algorithmId] ?? []
    if (family !== (kind === oid.ec ? 'ec' : 'rsa') || (named !== null && named !== digest))
      return 'signature-wrong'
    if (kind === oid.ec) return verifyBytes(digest, attributes, key, signature) ? 'yes' : 'signature-wrong'
    if (kind !== oid.rsa && kind !== oid.rsaPss) return 'weak-algorithm'
    if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) return 'weak-algorithm'
    if (info.signatureAlgorithm.algorithmId !== oid.rsaPss)
      return verifyBytes(digest, attributes, key, signature) ? 'yes' : 'signature-wrong'
    const { saltLength } = new RSASSAPSSParams({ schema: info.signatureAlgorithm.algorithmParams })
    const options = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength }
    return verifyBytes(digest, attributes, options, signature) ? 'yes' : 'signature-wrong'
  } catch {
    return 'signature-wrong'
  }
}
