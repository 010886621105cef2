import { Controller, Get, Inject } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { Type } from 'typebox';
import { Operation } from '../http/operation.js';
import { documentationPath } from '../http/routes.js';
import type { OpenApiDocument } from './openapi.js';

/** Gives the document. It is made when the last route is registered, so it is asked for and not handed over. */
export type DocumentSource = () => OpenApiDocument;
export const documentToken = Symbol('OpenApiDocument');

@Controller()
export class DocumentationController {
  constructor(@Inject(documentToken) private readonly source: DocumentSource) {}

  @Get('openapi.json')
  @Operation({
    id: 'ReadOpenApi',
    tag: 'documentation',
    summary: 'This document',
    access: 'anonymous',
    answers: [{ status: 200, description: 'OpenAPI 3.1.', content: { 'application/json': Type.Object({}) } }],
  })
  document(): OpenApiDocument {
    return this.source();
  }
}

/** Swagger UI under /docs, where a caller signs in and tries commands. To be called before the routes are made. */
export function serveDocumentation(app: NestFastifyApplication, source: DocumentSource): void {
  // Swagger UI takes any document; the type it declares is that of OpenAPI 3.0.
  const document: Parameters<typeof SwaggerModule.setup>[2] = () => JSON.parse(JSON.stringify(source()));
  SwaggerModule.setup(documentationPath, app, document, {
    raw: false,
    customSiteTitle: 'Inquest API',
    swaggerOptions: { persistAuthorization: false, displayRequestDuration: true, docExpansion: 'none' },
  });
}
