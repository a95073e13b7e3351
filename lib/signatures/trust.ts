import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Certificate, CertificateRevocationList } from 'pkijs'
import { Invalid } from '@/lib/errors'

/** The roots that are believed, and the revocation lists at hand. */
export interface TrustStore {
  readonly roots: readonly Certificate[]
  readonly lists: readonly CertificateRevocationList[]
}

/** Where the embedded demonstration says whose signatures to believe: an authority that nobody else knows. */
export const demonstrationTrust = (home: string): string => join(home, 'demonstration-trust')

/**
 * Reads a folder of roots (`.pem .crt .cer .der`) and revocation lists (`.crl .pem`), PEM or DER. Nothing is fetched.
 * @throws Invalid when the folder is missing, empty, or holds a file that is neither.
 */
export function readTrustStore(folder: string): TrustStore {
  if (!existsSync(folder))
    throw new Invalid({
      en: `There is no trust store at ${folder}.`,
      pt: `Não existe o repositório de confiança ${folder}.`,
    })
  const roots: Certificate[] = []
  const lists: CertificateRevocationList[] = []
  for (const name of readdirSync(folder)
    .filter((each) => /\.(pem|crt|cer|der|crl)$/i.test(each))
    .sort()) {
    for (const { label, der } of blocks(readFileSync(join(folder, name)))) {
      const isList = label === 'X509 CRL' || (label === null && /\.crl$/i.test(name))
      try {
        if (isList) lists.push(CertificateRevocationList.fromBER(Uint8Array.from(der)))
        else roots.push(Certificate.fromBER(Uint8Array.from(der)))
      } catch (cause) {
        throw new Invalid(
          {
            en: `${name} in the trust store is neither a certificate nor a revocation list.`,
            pt: `${name}, no repositório de confiança, não é certificado nem lista de revogação.`,
          },
          {},
          { cause },
        )
      }
    }
  }
  if (roots.length === 0)
    throw new Invalid({
      en: `The trust store ${folder} holds no certificate: nobody would be believed.`,
      pt: `O repositório de confiança ${folder} não tem certificado: ninguém seria aceito.`,
    })
  return { roots, lists }
}

function blocks(file: Buffer): { label: string | null; der: Buffer }[] {
  const text = file.toString('latin1')
  const found = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \1-----/g)]
  if (found.length === 0) return [{ label: null, der: file }]
  return found.map(([, label = '', body = '']) => ({
    label,
    der: Buffer.from(body.replaceAll(/\s/g, ''), 'base64'),
  }))
}
