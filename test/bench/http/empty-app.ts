// The baseline of P3, in a process of its own: what Nest on Fastify costs before anything is done. It takes the same
// requests as the product, checks the members of each body with class-validator, and answers with a receipt of the same
// size. No sign-in, no policy, no decision, nothing stored.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, HttpCode, Module, Param, Post, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { IsArray, IsDateString, IsIn, IsInt, IsObject, IsString, IsUUID, Length, Min } from 'class-validator';
import { answerParent } from './child.js';

class FileAllegationBody {
  @IsObject() source!: object;
  @IsString() nature!: string;
  @Length(2, 35) language!: string;
  @Length(1, 10_000) summary!: string;
  @IsObject() claimed!: object;
}

class TriageAllegationBody {
  @IsIn(['accepted', 'rejected', 'duplicate', 'deferred']) decision!: string;
  @Length(1, 2000) reason!: string;
}

class RecordIncidentBody {
  @Length(1, 300) title!: string;
  @IsArray() categories!: string[];
  @IsArray() means!: string[];
  @IsObject() period!: object;
  @IsObject() place!: object;
  @IsArray() parties!: object[];
}

class LinkAllegationBody {
  @IsUUID() incidentId!: string;
  @IsString() stance!: string;
}

class ReviseAllegationBody {
  @IsObject() changes!: object;
  @Length(1, 200) sourceVersion!: string;
}

class AssessVictimsBody {
  @IsString() harm!: string;
  @IsString() status!: string;
  @IsInt() @Min(0) min!: number;
  @IsInt() @Min(0) best!: number;
  @IsInt() @Min(0) max!: number;
  @IsString() standard!: string;
  @IsArray() sources!: string[];
  @Length(1, 5000) basis!: string;
  @IsDateString() asOf!: string;
}

@Controller('v1')
class EmptyController {
  @Post('allegations')
  fileAllegation(@Body() _body: FileAllegationBody): object {
    return receipt('allegation', randomUUID());
  }

  @Post('allegations/:id/triage-allegation')
  @HttpCode(200)
  triageAllegation(@Param('id') id: string, @Body() _body: TriageAllegationBody): object {
    return receipt('allegation', id);
  }

  @Post('incidents')
  recordIncident(@Body() _body: RecordIncidentBody): object {
    return receipt('incident', randomUUID());
  }

  @Post('allegations/:id/link-allegation')
  @HttpCode(200)
  linkAllegation(@Param('id') id: string, @Body() _body: LinkAllegationBody): object {
    return receipt('allegation', id);
  }

  @Post('allegations/:id/revise-allegation')
  @HttpCode(200)
  reviseAllegation(@Param('id') id: string, @Body() _body: ReviseAllegationBody): object {
    return receipt('allegation', id);
  }

  @Post('incidents/:id/assess-victims')
  @HttpCode(200)
  assessVictims(@Param('id') id: string, @Body() _body: AssessVictimsBody): object {
    return receipt('incident', id);
  }
}

function receipt(category: string, id: string): object {
  return { id, stream: `${category}-${id}`, revision: 1, position: '123456', eventIds: [randomUUID()] };
}

@Module({ controllers: [EmptyController] })
class EmptyModule {}

process.once('disconnect', () => process.exit(0));
const app = await NestFactory.create<NestFastifyApplication>(EmptyModule, new FastifyAdapter(), {
  logger: false,
});
app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }));
await app.listen(0, '127.0.0.1');
answerParent({ url: await app.getUrl() });
