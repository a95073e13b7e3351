import { createHash, createHmac } from 'node:crypto'
import { askedBack, fileNameOf, type Witness } from './witness'

export interface Bucket {
  readonly name: string
  /** `https://s3.region.example`; the bucket follows in the path. */
  readonly endpoint: string
  readonly bucket: string
  readonly prefix?: string | undefined
  readonly region?: string | undefined
  readonly accessKey: string
  readonly secretKey: string
  /** Days for which nobody, the account's owner included, can delete or replace what was put there. */
  readonly lockDays?: number | undefined
}

/** An S3-compatible bucket with object lock: each checkpoint is an object that is kept in compliance mode. */
export function bucket(at: Bucket): Witness {
  const prefix = at.prefix ?? ''
  const send = async (
    method: string,
    key: string,
    query: Record<string, string>,
    body = '',
    extra: Record<string, string> = {},
  ) => {
    const url = new URL(
      `${at.endpoint.replace(/\/+$/, '')}/${at.bucket}${key ? `/${key.split('/').map(encodeURIComponent).join('/')}` : ''}`,
    )
    url.search = Object.entries(query)
      .map(([name, value]) => `${name}=${encoded(value)}`)
      .join('&')
    const answer = await fetch(url, {
      method,
      headers: signed(at, method, url, body, extra, new Date()),
      ...(method === 'PUT' ? { body } : {}),
      signal: AbortSignal.timeout(20_000),
    })
    if (!answer.ok) throw new Error(`${at.name} answered ${answer.status}`)
    return answer.text()
  }
  return {
    name: at.name,
    keep: async (note) => {
      const until = new Date(Date.now() + (at.lockDays ?? 3650) * 86_400_000).toISOString()
      await send('PUT', prefix + fileNameOf(note), {}, note, {
        'content-md5': createHash('md5').update(note).digest('base64'),
        'x-amz-object-lock-mode': 'COMPLIANCE',
        'x-amz-object-lock-retain-until-date': until,
      })
    },
    held: async () => {
      const keys: string[] = []
      for (let after = ''; ;) {
        const page = await send('GET', '', {
          'list-type': '2',
          prefix,
          ...(after ? { 'start-after': after } : {}),
        })
        const found = [...page.matchAll(/<Key>([^<]+)<\/Key>/g)].map((match) =>
          (match[1] ?? '').replaceAll('&amp;', '&'),
        )
        keys.push(...found.filter((key) => key.endsWith('.note')))
        after = found.at(-1) ?? ''
        if (!after || !/<IsTruncated>true<\/IsTruncated>/.test(page)) break
      }
      const notes: string[] = []
      for (const key of keys.sort().slice(-askedBack)) notes.push(await send('GET', key, {}))
      return notes
    },
  }
}

/** As Signature Version 4 wants it: all but letters, digits and -._~ as %XX. */
const encoded = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const hex = (text: string) => createHash('sha256').update(text).digest('hex')
const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

/** Headers of a request signed as AWS Signature Version 4 says. */
export function signed(
  { accessKey, secretKey, region = 'us-east-1' }: Pick<Bucket, 'accessKey' | 'secretKey' | 'region'>,
  method: string,
  url: URL,
  body: string,
  extra: Readonly<Record<string, string>>,
  now: Date,
): Record<string, string> {
  const instant = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
  const scope = `${instant.slice(0, 8)}/${region}/s3/aws4_request`
  const headers: Record<string, string> = {
    ...extra,
    host: url.host,
    'x-amz-content-sha256': hex(body),
    'x-amz-date': instant,
  }
  const names = Object.keys(headers).sort()
  const query = [...url.searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .sort()
    .join('&')
  const request = [
    method,
    url.pathname,
    query,
    ...names.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    names.join(';'),
    headers['x-amz-content-sha256'],
  ].join('\n')
  const text = ['AWS4-HMAC-SHA256', instant, scope, hex(request)].join('\n')
  const key = [instant.slice(0, 8), region, 's3', 'aws4_request'].reduce<string | Buffer>(
    mac,
    `AWS4${secretKey}`,
  )
  const { host: _, ...sent } = headers
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${mac(key, text).toString('hex')}`,
  }
}
