import type { RequestDetail } from './queries'
import type { Closing } from './types'

type Locale = 'en' | 'pt-BR'

/** The letter to begin with, in the language of whoever answers; everything in it can be changed before it goes. */
export function letterFor(request: RequestDetail, closing: Closing, locale: Locale): string {
  return (locale === 'en' ? english : portuguese)[closing](request)
}

type Letters = Readonly<Record<Closing, (request: RequestDetail) => string>>

const portuguese: Letters = {
  answered: (r) =>
    `${r.patientName ?? 'Prezado(a) titular'},\n\nem resposta ao seu pedido, recebido em ${dayPt(r.receivedAt)}, a ${r.clinicName} informa o que consta abaixo. As finalidades, as bases legais, os destinatários e o prazo de guarda estão na tabela.\n\nPara corrigir algo ou pedir esclarecimento, fale com o encarregado.`,
  partly: (r) =>
    `${r.patientName ?? 'Prezado(a) titular'},\n\natendemos em parte ao seu pedido de ${dayPt(r.receivedAt)}. O que não pôde ser atendido, e por quê, está no fundamento indicado acima.`,
  refused: (r) =>
    `${r.patientName ?? 'Prezado(a) titular'},\n\nnão foi possível atender ao seu pedido de ${dayPt(r.receivedAt)}, pelo fundamento indicado acima. Você pode pedir a revisão desta resposta ao encarregado.`,
  withdrawn: () => 'Pedido retirado por quem o fez.',
}

const english: Letters = {
  answered: (r) =>
    `Dear ${r.patientName ?? 'data subject'},\n\nin answer to your request received on ${r.receivedAt.slice(0, 10)}, ${r.clinicName} states what follows. Purposes, legal bases, recipients and how long the data are kept are in the table.\n\nTo correct something or to ask, write to the data protection officer.`,
  partly: (r) =>
    `Dear ${r.patientName ?? 'data subject'},\n\nwe have granted part of your request of ${r.receivedAt.slice(0, 10)}. What could not be granted, and why, is in the ground given above.`,
  refused: (r) =>
    `Dear ${r.patientName ?? 'data subject'},\n\nyour request of ${r.receivedAt.slice(0, 10)} could not be granted, for the ground given above. You may ask the data protection officer to look at it again.`,
  withdrawn: () => 'Request withdrawn by whoever made it.',
}

const dayPt = (at: string) => at.slice(0, 10).split('-').reverse().join('/')
