import type { Sentence } from '../errors'

/** Largest scan that is taken, in bytes. */
export const largestScan = 10 * 1024 * 1024

export type ScanType = 'application/pdf' | 'image/png' | 'image/jpeg'
export type Sniffed = { readonly mime: ScanType } | { readonly refusal: Sentence }

const refused = (en: string, pt: string): Sniffed => ({ refusal: { en, pt } })
const begins = (bytes: Uint8Array, ...signature: number[]) =>
  signature.every((byte, at) => bytes[at] === byte)

export const tooLarge: Sentence = {
  en: 'Nothing was stored: the file is larger than 10 MB. Scan it again with fewer dots.',
  pt: 'Nada foi guardado: o arquivo tem mais de 10 MB. Digitalize de novo com menos resolução.',
}

/**
 * What a file is by its bytes; its name and what the browser claims do not count. Only a whole PDF, PNG or JPEG is
 * taken: no other type can hold a signed paper, and these are never opened or unpacked here, so nothing in them runs.
 */
export function sniff(bytes: Uint8Array, claimed: string): Sniffed {
  if (bytes.length === 0)
    return refused('Nothing was stored: the file is empty.', 'Nada foi guardado: o arquivo está vazio.')
  if (bytes.length > largestScan) return { refusal: tooLarge }
  const found = typeOf(bytes)
  if (!found) {
    return refused(
      'Nothing was stored: this is not a PDF, PNG or JPEG, whatever its name says. Scan the paper as one of these.',
      'Nada foi guardado: isto não é PDF, PNG nem JPEG, seja qual for o nome. Digitalize o papel num destes formatos.',
    )
  }
  if (claimed && claimed !== found && claimed !== 'application/octet-stream') {
    return refused(
      'Nothing was stored: the file says it is another type than it is.',
      'Nada foi guardado: o arquivo diz ser de um tipo e é de outro.',
    )
  }
  if (!isWhole(bytes, found)) {
    return refused(
      'Nothing was stored: the file is cut off or something is hung on behind it. Scan it again.',
      'Nada foi guardado: o arquivo está incompleto ou traz algo pendurado no fim. Digitalize de novo.',
    )
  }
  if (found === 'application/pdf' && activePdf(bytes)) {
    return refused(
      'Nothing was stored: this PDF holds scripts, actions or attached files. Print it to PDF again, or scan the paper.',
      'Nada foi guardado: este PDF contém scripts, ações ou anexos. Gere o PDF de novo ou digitalize o papel.',
    )
  }
  if (found === 'image/png' && pngPixels(bytes) > 100_000_000) {
    return refused(
      'Nothing was stored: the image claims more than 100 million points.',
      'Nada foi guardado: a imagem declara mais de 100 milhões de pontos.',
    )
  }
  return { mime: found }
}

function typeOf(bytes: Uint8Array): ScanType | null {
  if (begins(bytes, 0x25, 0x50, 0x44, 0x46, 0x2d)) return 'application/pdf'
  if (begins(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (begins(bytes, 0xff, 0xd8, 0xff)) return 'image/jpeg'
  return null
}

const latin = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** Whether the end is where the type says it is, with nothing after it. */
function isWhole(bytes: Uint8Array, type: ScanType): boolean {
  if (type === 'application/pdf') return /%%EOF\s*$/.test(latin(bytes.subarray(-1024)))
  if (type === 'image/png') return latin(bytes.subarray(-12, -4)).endsWith('IEND')
  return bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9
}

const activePdf = (bytes: Uint8Array) =>
  /\/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm)\b/.test(latin(bytes))

/** Width times height as the head of a PNG says. */
function pngPixels(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return bytes.length < 24 ? 0 : view.getUint32(16) * view.getUint32(20)
}
