import {
  BasicConstraints,
  ExtKeyUsage,
  type Certificate,
  type CertificateRevocationList,
  type RelativeDistinguishedNames,
} from 'pkijs'
import { fromBER, type BitString } from 'asn1js'
import type { TrustStore } from './trust'

export type ChainReason =
  | 'untrusted'
  | 'not-yet-valid'
  | 'expired'
  | 'wrong-usage'
  | 'wrong-issuer'
  | 'revoked'
  | 'revocation-unknown'

export interface Chain {
  /** `null` when every certificate up to a trusted root was good. */
  readonly reason: ChainReason | null
  readonly revocation: 'good' | 'revoked' | 'unknown'
}

const extension = { keyUsage: '2.5.29.15', basicConstraints: '2.5.29.19', extKeyUsage: '2.5.29.37' }
/** Bits of KeyUsage (RFC 5280 §4.2.1.3). */
const bit = { digitalSignature: 0, contentCommitment: 1, keyCertSign: 5, crlSign: 6 }
/** Extended uses under which a document may be signed: any, e-mail, document signing; a server's or a coder's is not. */
const signingUses = new Set(['2.5.29.37.0', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.36', '1.3.6.1.5.5.7.3.2'])
const longest = 8

/**
 * Follows a certificate to a root of the trust store (RFC 5280 §6.1, without policies and name constraints): each one
 * inside its time at `at`, each issuer a CA that may sign certificates, none on a revocation list. Certificates that came
 * with the signature may be links of the chain, never its end.
 */
export async function checkChain(
  leaf: Certificate,
  sent: readonly Certificate[],
  trust: TrustStore,
  at: Date,
): Promise<Chain> {
  const fail = (reason: ChainReason): Chain => ({
    reason,
    revocation: reason === 'revoked' ? 'revoked' : 'unknown',
  })
  const misuse = leafUsage(leaf)
  if (misuse) return fail(misuse)
  const path = await pathToRoot(leaf, sent, trust)
  if (path.length === 0) return fail('untrusted')
  for (const certificate of path) {
    const time = inside(certificate, at)
    if (time) return fail(time)
  }
  for (const [depth, issuer] of path.slice(1).entries())
    if (!mayIssue(issuer, depth)) return fail('wrong-issuer')
  let isKnown = true
  for (const [place, certificate] of path.slice(0, -1).entries()) {
    const state = await revocationOf(certificate, path[place + 1] as Certificate, trust.lists, at)
    if (state === 'revoked') return fail('revoked')
    if (state === 'unknown') isKnown = false
  }
  return isKnown
    ? { reason: null, revocation: 'good' }
    : { reason: 'revocation-unknown', revocation: 'unknown' }
}

/** The signer, its issuers, the trusted root; empty when none is reached. */
async function pathToRoot(
  leaf: Certificate,
  sent: readonly Certificate[],
  trust: TrustStore,
): Promise<Certificate[]> {
  const links = [...trust.roots, ...sent]
  const walk = async (path: readonly Certificate[]): Promise<Certificate[]> => {
    const last = path.at(-1) as Certificate
    if (path.length > 1 && trust.roots.some((root) => isSame(root, last))) return [...path]
    if (path.length > longest) return []
    for (const issuer of links) {
      if (path.some((one) => isSame(one, issuer)) || !issuer.subject.isEqual(last.issuer)) continue
      if (!(await last.verify(issuer).catch(() => false))) continue
      const whole = await walk([...path, issuer])
      if (whole.length > 0) return whole
    }
    return []
  }
  return walk([leaf])
}

function leafUsage(certificate: Certificate): ChainReason | null {
  const usage = keyUsage(certificate)
  if (usage && !usage(bit.digitalSignature) && !usage(bit.contentCommitment)) return 'wrong-usage'
  const extended = certificate.extensions?.find((one) => one.extnID === extension.extKeyUsage)
    ?.parsedValue as unknown
  if (extended instanceof ExtKeyUsage && !extended.keyPurposes.some((one) => signingUses.has(one)))
    return 'wrong-usage'
  return null
}

function mayIssue(certificate: Certificate, depth: number): boolean {
  const constraints = certificate.extensions?.find((one) => one.extnID === extension.basicConstraints)
    ?.parsedValue as unknown
  if (!(constraints instanceof BasicConstraints) || !constraints.cA) return false
  if (typeof constraints.pathLenConstraint === 'number' && constraints.pathLenConstraint < depth) return false
  const usage = keyUsage(certificate)
  return usage === null || usage(bit.keyCertSign)
}

/** Asks for a bit of KeyUsage; `null` when the certificate does not restrict its use. */
function keyUsage(certificate: Certificate): ((bit: number) => boolean) | null {
  const found = certificate.extensions?.find((one) => one.extnID === extension.keyUsage)
  if (!found) return null
  const bytes = (fromBER(found.extnValue.valueBlock.valueHexView).result as BitString).valueBlock.valueHexView
  return (at) => ((bytes[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0
}

function inside(certificate: Certificate, at: Date): ChainReason | null {
  if (at < certificate.notBefore.value) return 'not-yet-valid'
  return at > certificate.notAfter.value ? 'expired' : null
}

/** By the newest list of the issuer that its own key signed; a certificate revoked later was good at that time. */
async function revocationOf(
  certificate: Certificate,
  issuer: Certificate,
  lists: readonly CertificateRevocationList[],
  at: Date,
): Promise<'good' | 'revoked' | 'unknown'> {
  let state: 'good' | 'unknown' = 'unknown'
  for (const list of lists) {
    if (!list.issuer.isEqual(issuer.subject)) continue
    const usage = keyUsage(issuer)
    if (usage && !usage(bit.crlSign)) continue
    if (!(await list.verify({ issuerCertificate: issuer }).catch(() => false))) continue
    const entry = list.revokedCertificates?.find((one) =>
      one.userCertificate.isEqual(certificate.serialNumber),
    )
    if (entry && entry.revocationDate.value <= at) return 'revoked'
    // A list that ended before the signature says nothing of it.
    if (entry || !list.nextUpdate || list.nextUpdate.value >= at) state = 'good'
  }
  return state
}

const isSame = (a: Certificate, b: Certificate) =>
  Buffer.from(a.toSchema().toBER()).equals(Buffer.from(b.toSchema().toBER()))

/** Serial number in upper-case hexadecimal, as certificate viewers write it. */
export const serialOf = (certificate: Certificate): string =>
  Buffer.from(certificate.serialNumber.valueBlock.valueHexView).toString('hex').toUpperCase()

/** The common name, else the whole name's last part. */
export function commonName(name: RelativeDistinguishedNames): string {
  const parts = name.typesAndValues
  const part = parts.find((one) => one.type === '2.5.4.3') ?? parts.at(-1)
  return part ? String((part.value.valueBlock as { value?: unknown }).value ?? '') : ''
}
