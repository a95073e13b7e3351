/** Purposes, terms and services that every demonstration clinic has. */
export interface Purpose {
  readonly code: string
  readonly title: string
  readonly basis: string
  readonly sensitive: boolean
  readonly validity?: string
  readonly tables: readonly string[]
  readonly recipients?: readonly { name: string; role: string; country: string }[]
  readonly kind?: string
  readonly term?: Term
  readonly note?: string
}

export interface Term {
  readonly title: string
  readonly body: string
  readonly summary: string
  readonly refusal: string
  /** What changed in version 2, where there is one; the change is material. */
  readonly second?: string
}

/** Tables that visits leave rows in, and those that account for what was done with data. */
const clinical = ['procedures', 'procedure_products', 'prescriptions', 'clinical_photos']
const accounting = ['processing_activities', 'consent_terms', 'consent_events', 'data_subject_requests']

export const purposes: readonly Purpose[] = [
  {
    code: 'care.treatment',
    title: 'Atendimento e tratamento',
    basis: 'a11_ii_f',
    sensitive: true,
    tables: ['patients', 'appointments', 'medical_records', 'professionals', 'services', ...clinical],
  },
  {
    code: 'care.chart',
    title: 'Guarda do prontuário',
    basis: 'a11_ii_a',
    sensitive: true,
    tables: ['medical_records', 'patient_representatives', 'digital_signatures'],
  },
  {
    code: 'comms.reminder',
    title: 'Lembretes de consulta',
    basis: 'a7_v',
    sensitive: false,
    tables: ['appointments', 'patients', 'notifications'],
    recipients: [{ name: 'Operadora de mensagens', role: 'operador', country: 'BR' }],
  },
  {
    code: 'billing.private',
    title: 'Cobrança particular',
    basis: 'a7_v',
    sensitive: false,
    tables: ['services', 'appointments'],
  },
  {
    code: 'security.access_logs',
    title: 'Registros de acesso',
    basis: 'a7_ii',
    sensitive: false,
    tables: ['audit_logs', 'clinic_members', 'clinics', ...accounting],
  },
  {
    code: 'regulatory.adverse_event',
    title: 'Notificação de eventos adversos',
    basis: 'a11_ii_a',
    sensitive: true,
    tables: ['medical_records', 'incidents', 'product_lots', 'procedure_products'],
    recipients: [{ name: 'ANVISA', role: 'autoridade', country: 'BR' }],
  },
  {
    code: 'ai.clinical_support',
    title: 'Apoio à decisão com inteligência artificial',
    basis: 'a11_ii_f',
    sensitive: true,
    tables: ['ai_chat_sessions', 'ai_chat_messages'],
    recipients: [{ name: 'Fornecedor do modelo', role: 'operador', country: 'BR' }],
  },
  {
    code: 'ai.no_show',
    title: 'Previsão de faltas',
    basis: 'a7_ix',
    sensitive: false,
    tables: ['appointments'],
    note: 'Teste de balanceamento de 12/03: sem dado de saúde, com revisão humana, sem efeito no atendimento.',
  },
  {
    code: 'marketing.general',
    title: 'Novidades e ofertas da clínica',
    basis: 'a7_i',
    sensitive: false,
    validity: '12 months',
    tables: ['patients', 'consent_records', 'notifications'],
    recipients: [{ name: 'Plataforma de e-mail', role: 'operador', country: 'BR' }],
    kind: 'marketing',
    term: {
      title: 'Receber novidades da clínica',
      body: 'Autorizo a clínica a me enviar, por e-mail e mensagem, novidades, convites e ofertas que não dependem de dado de saúde. Meus dados de contato são usados só para isso e não são vendidos nem cedidos. Posso retirar esta autorização a qualquer momento, pelo mesmo canal em que a recebi, sem explicar por quê e sem custo.',
      summary: 'Podemos lhe mandar novidades por e-mail e mensagem. Você para quando quiser.',
      refusal: 'Nada muda no seu atendimento: você apenas não recebe novidades.',
    },
  },
  {
    code: 'media.publication',
    title: 'Publicação de imagens de resultado',
    basis: 'a11_i',
    sensitive: true,
    validity: '24 months',
    tables: ['consent_records', 'clinical_photos'],
    recipients: [{ name: 'Site e redes da clínica', role: 'público', country: 'BR' }],
    kind: 'image',
    term: {
      title: 'Publicação de imagens clínicas',
      body: 'Autorizo a publicação, no site da clínica, de imagens do meu tratamento, sem meu nome e sem elementos que me identifiquem além da própria imagem, com finalidade educativa, nos limites da Resolução CFM 2.336/2023. As imagens do prontuário continuam guardadas nele. Retirada a autorização, a clínica remove o que publicou; cópias feitas por terceiros podem não ser alcançáveis.',
      summary: 'Fotos do seu tratamento podem aparecer no site, sem o seu nome.',
      refusal: 'O tratamento é o mesmo. As fotos ficam só no prontuário.',
      second: 'Passa a incluir as redes sociais, além do site.',
    },
  },
  {
    code: 'media.teaching',
    title: 'Uso de imagens em ensino',
    basis: 'a11_i',
    sensitive: true,
    validity: '24 months',
    tables: ['consent_records'],
    kind: 'image',
    term: {
      title: 'Imagens em aulas e congressos',
      body: 'Autorizo o uso de imagens do meu tratamento em aulas, treinamentos da equipe e congressos da área, sem meu nome e com o rosto coberto sempre que o caso permitir. Não há transmissão a terceiros. Posso retirar a autorização; o material já impresso é anotado.',
      summary: 'Fotos do seu tratamento podem ser mostradas em aulas, sem o seu nome.',
      refusal: 'Nada muda no seu atendimento.',
    },
  },
  {
    code: 'sharing.family',
    title: 'Informação a familiar indicado',
    basis: 'a11_i',
    sensitive: true,
    tables: ['consent_records', 'patient_representatives'],
    recipients: [{ name: 'Familiar indicado pelo paciente', role: 'terceiro', country: 'BR' }],
    kind: 'sharing',
    term: {
      title: 'Falar com um familiar sobre o meu tratamento',
      body: 'Autorizo a equipe a informar ao familiar que indiquei o andamento do meu tratamento, datas e orientações. A autorização vale só para essa pessoa e não inclui cópia do prontuário.',
      summary: 'A equipe pode conversar sobre o seu tratamento com a pessoa que você indicou.',
      refusal: 'A equipe fala só com você.',
    },
  },
  {
    code: 'ai.training',
    title: 'Treinamento de modelos',
    basis: 'a11_i',
    sensitive: true,
    validity: '12 months',
    tables: ['ai_chat_messages', 'consent_records'],
    kind: 'ai',
    term: {
      title: 'Uso de conversas para melhorar a assistente',
      body: 'Autorizo o uso de trechos sem identificação de conversas sobre o meu atendimento para avaliar e melhorar a assistente da clínica. O uso é separado do meu cuidado e está desligado enquanto eu não autorizar.',
      summary: 'Trechos sem o seu nome ajudam a melhorar a assistente.',
      refusal: 'A assistente continua a funcionar como antes.',
    },
  },
  {
    code: 'care.telemedicine',
    title: 'Atendimento por telemedicina',
    basis: 'a11_ii_f',
    sensitive: true,
    validity: '12 months',
    tables: ['appointments', 'consent_records'],
    kind: 'telemedicine',
    term: {
      title: 'Teleconsulta',
      body: 'Aceito ser atendido a distância, ciente dos limites do exame sem contato físico, do sigilo e do registro em prontuário (Resolução CFM 2.314/2022). Posso pedir atendimento presencial a qualquer momento.',
      summary: 'Algumas consultas podem ser por vídeo.',
      refusal: 'Suas consultas são presenciais.',
    },
  },
  {
    code: 'procedure.toxin',
    title: 'Aplicação de toxina botulínica',
    basis: 'a11_ii_f',
    sensitive: true,
    validity: '6 months',
    tables: ['medical_records', 'consent_records'],
    kind: 'procedure_tcle',
    term: {
      title: 'Termo de consentimento: toxina botulínica',
      body: 'Fui informado sobre a aplicação de toxina botulínica: para que serve, como é feita, o que posso sentir, riscos comuns (dor, edema, equimose) e raros (ptose palpebral, assimetria, alergia), alternativas e o que fazer se algo não for como esperado. Pude perguntar e decido livremente.',
      summary: 'Explica a aplicação, os riscos e as alternativas.',
      refusal: 'O procedimento não é feito; as demais opções continuam abertas.',
    },
  },
]

export interface Service {
  readonly name: string
  readonly category: string
  readonly minutes: number
  readonly price: number
  readonly types: readonly string[]
  readonly terms?: readonly string[]
  readonly lot?: boolean
  readonly minAge?: number
}

export const services: readonly Service[] = [
  { name: 'Consulta dermatológica', category: 'Consulta', minutes: 40, price: 420, types: ['doctor'] },
  { name: 'Retorno', category: 'Consulta', minutes: 20, price: 0, types: ['doctor', 'nurse'] },
  {
    name: 'Teleconsulta',
    category: 'Consulta',
    minutes: 30,
    price: 300,
    types: ['doctor'],
    terms: ['telemedicine'],
  },
  {
    name: 'Toxina botulínica, terço superior',
    category: 'Injetáveis',
    minutes: 45,
    price: 1450,
    types: ['doctor', 'biomedical', 'dentist'],
    terms: ['procedure_tcle'],
    lot: true,
    minAge: 18,
  },
  {
    name: 'Preenchimento com ácido hialurônico',
    category: 'Injetáveis',
    minutes: 60,
    price: 1900,
    types: ['doctor', 'dentist'],
    terms: ['procedure_tcle'],
    lot: true,
    minAge: 18,
  },
  {
    name: 'Bioestimulador de colágeno',
    category: 'Injetáveis',
    minutes: 60,
    price: 2600,
    types: ['doctor'],
    terms: ['procedure_tcle'],
    lot: true,
    minAge: 18,
  },
  {
    name: 'Laser fracionado',
    category: 'Tecnologias',
    minutes: 50,
    price: 980,
    types: ['doctor', 'biomedical'],
    terms: ['procedure_tcle'],
  },
  {
    name: 'Luz intensa pulsada',
    category: 'Tecnologias',
    minutes: 40,
    price: 650,
    types: ['biomedical', 'aesthetician'],
  },
  {
    name: 'Depilação a laser',
    category: 'Tecnologias',
    minutes: 30,
    price: 280,
    types: ['aesthetician', 'biomedical'],
    minAge: 14,
  },
  {
    name: 'Peeling químico superficial',
    category: 'Pele',
    minutes: 40,
    price: 390,
    types: ['doctor', 'biomedical', 'aesthetician'],
  },
  { name: 'Limpeza de pele', category: 'Pele', minutes: 60, price: 240, types: ['aesthetician'] },
  {
    name: 'Microagulhamento',
    category: 'Pele',
    minutes: 60,
    price: 720,
    types: ['biomedical', 'doctor'],
    terms: ['procedure_tcle'],
  },
  {
    name: 'Drenagem linfática',
    category: 'Corpo',
    minutes: 50,
    price: 210,
    types: ['aesthetician', 'physiotherapist'],
  },
  { name: 'Avaliação nutricional', category: 'Consulta', minutes: 45, price: 260, types: ['nutritionist'] },
]
