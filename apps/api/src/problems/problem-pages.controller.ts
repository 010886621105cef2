import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { preferred } from '../http/accept.js';
import { Operation } from '../http/operation.js';
import { notFound } from './problem.js';
import { isProblemType, problemTypeNames, problemTypes } from './problem-types.js';
import { refusalCodes, refusalOf } from './refusal-codes.js';

const page = {
  /** The name of the problem type, or the code of the rule. */
  code: Type.String(),
  status: Type.Integer(),
  title: Type.String(),
  meaning: Type.String(),
  remedy: Type.String(),
};
const ProblemPage = Type.Object(page, { additionalProperties: false });
const ProblemIndex = Type.Object({ items: Type.Array(ProblemPage) }, { additionalProperties: false });

interface Page {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** What each problem type and each rule of the domain means, and what to do: where the `type` of a problem leads. */
@Controller('problems')
export class ProblemPagesController {
  @Get()
  @Operation({
    id: 'ReadProblems',
    tag: 'problems',
    summary: 'Every problem type and every rule',
    access: 'anonymous',
    answers: [
      {
        status: 200,
        description: 'All of them.',
        content: { 'application/json': ProblemIndex, 'text/html': undefined },
      },
    ],
  })
  all(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): object | string {
    const items = [...problemTypeNames, ...refusalCodes].flatMap((code) => pageOf(code) ?? []);
    if (!wantsHtml(request)) return { items };
    return html(reply, 'Problems', items.map((item) => section(item, true)).join('\n'));
  }

  @Get(':code')
  @Operation({
    id: 'ReadProblem',
    tag: 'problems',
    summary: 'What a problem type or a rule means, and what to do',
    access: 'anonymous',
    answers: [
      {
        status: 200,
        description: 'The page.',
        content: { 'application/json': ProblemPage, 'text/html': undefined },
      },
    ],
    problems: ['not-found'],
  })
  one(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Param('code') code: string,
  ): object | string {
    const found = pageOf(code);
    if (found === undefined) throw notFound();
    return wantsHtml(request) ? html(reply, found.title, section(found, false)) : found;
  }
}

function pageOf(code: string): Page | undefined {
  if (isProblemType(code)) return { code, ...problemTypes[code] };
  const rule = refusalOf(code);
  if (rule === undefined) return undefined;
  const meaning =
    'A decision that breaks this rule is refused. A fact that breaks it is recorded as irregular.';
  return { code, status: problemTypes.refused.status, title: rule.title, meaning, remedy: rule.remedy };
}

function wantsHtml(request: FastifyRequest): boolean {
  return preferred(request.headers.accept, ['application/json', 'text/html']) === 'text/html';
}

function html(reply: FastifyReply, title: string, body: string): string {
  reply.type('text/html; charset=utf-8');
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title></head>\n<body>\n${body}\n</body></html>\n`;
}

function section({ code, status, title, meaning, remedy }: Page, linked: boolean): string {
  const name = linked ? `<a href="/problems/${escaped(code)}">${escaped(code)}</a>` : escaped(code);
  return `<h1>${escaped(title)}</h1>\n<p><code>${name}</code>, status ${status}</p>\n<p>${escaped(meaning)}</p>\n<p>${escaped(remedy)}</p>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
