/** Clinical notes of the demonstration: plausible, short, about nobody. */
export const entries = [
  {
    complaint: 'Manchas acastanhadas na face há dois anos.',
    history: 'Piora com sol. Uso irregular de protetor. Nega gestação.',
    exam: 'Máculas hipercrômicas malares bilaterais, limites irregulares.',
    assessment: 'Melasma misto.',
    plan: 'Fotoproteção, clareador noturno, retorno em 60 dias.',
    icd: ['L81.1'],
  },
  {
    complaint: 'Acne no rosto e no dorso.',
    history: 'Início na adolescência, piora pré-menstrual.',
    exam: 'Comedões e pápulas em zona T; poucas pústulas no dorso.',
    assessment: 'Acne grau II.',
    plan: 'Retinoide tópico, limpeza adequada, reavaliar em 45 dias.',
    icd: ['L70.0'],
  },
  {
    complaint: 'Rugas de expressão na fronte.',
    history: 'Sem procedimentos prévios. Nega doença neuromuscular.',
    exam: 'Rítides dinâmicas frontais e glabelares.',
    assessment: 'Indicação de toxina botulínica em terço superior.',
    plan: 'Termo lido e assinado. Aplicação agendada; revisão em 15 dias.',
    icd: ['L98.8'],
  },
  {
    complaint: 'Revisão após aplicação.',
    history: 'Sem intercorrências. Satisfeita com o resultado.',
    exam: 'Simetria preservada, sem ptose.',
    assessment: 'Boa resposta.',
    plan: 'Manter orientações; próxima aplicação em cinco meses.',
    icd: ['Z09.8'],
  },
  {
    complaint: 'Queda de cabelo há quatro meses.',
    history: 'Após quadro febril. Alimentação irregular.',
    exam: 'Teste de tração positivo, sem áreas de alopecia cicatricial.',
    assessment: 'Eflúvio telógeno.',
    plan: 'Exames laboratoriais e suplementação conforme resultado.',
    icd: ['L65.0'],
  },
  {
    complaint: 'Vermelhidão no rosto com calor.',
    history: 'Desencadeada por bebida quente e sol.',
    exam: 'Eritema centrofacial e telangiectasias discretas.',
    assessment: 'Rosácea eritemato-telangiectásica.',
    plan: 'Evitar gatilhos, metronidazol tópico, avaliar luz pulsada.',
    icd: ['L71.9'],
  },
] as const

type Line = readonly [role: 'user' | 'assistant', content: string]

/** Conversations with the assistant, identifiers already taken out. */
export const messages: readonly { title: string; lines: readonly Line[] }[] = [
  {
    title: 'Intervalo entre sessões',
    lines: [
      ['user', 'Qual o intervalo usual entre sessões de microagulhamento em pele fototipo IV?'],
      [
        'assistant',
        'Em geral quatro a seis semanas, com fotoproteção rigorosa e preparo da pele; confirme na avaliação.',
      ],
    ],
  },
  {
    title: 'Resumo para retorno',
    lines: [
      ['user', 'Resuma a evolução de [pessoa] para o retorno de amanhã.'],
      [
        'assistant',
        'Três consultas no período, boa resposta ao tratamento tópico, sem efeitos adversos relatados.',
      ],
      ['user', 'Sugira perguntas para o retorno.'],
      ['assistant', 'Adesão ao protetor solar, irritação com o retinoide, uso de outros produtos.'],
    ],
  },
  {
    title: 'Texto de orientação',
    lines: [
      ['user', 'Escreva orientações curtas após peeling superficial.'],
      [
        'assistant',
        'Não remover a descamação, hidratar, usar protetor solar FPS 50 e evitar exercícios por 24 horas.',
      ],
    ],
  },
  {
    title: 'Agenda',
    lines: [
      ['user', 'Quantos horários de toxina temos livres na próxima semana?'],
      ['assistant', 'Há sete horários livres, a maioria pela manhã.'],
    ],
  },
]
