import { type DynamicModule, Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { useCases } from '#domain';
import { CommandHandler } from '#event-sourcing';
import { ReadModels } from '#read-models';
import { Health } from '#telemetry';
import { AccessLog } from './access-log.js';
import type { ApiBounds, ApiOptions } from './api-options.js';
import { CarryOutHandler } from './commands/carry-out.js';
import { ContentController } from './content/content.controller.js';
import { DownloadContentHandler } from './content/download.js';
import { UploadContentHandler } from './content/upload.js';
import { Aftermath } from './commands/aftermath.js';
import { UnsealController } from './protected/unseal.controller.js';
import { UnsealIdentityHandler } from './protected/unseal.js';
import { RefusalRecord } from './commands/refusal-record.js';
import { observer } from './commands/observer.js';
import { commandControllers } from './commands/command-controllers.js';
import {
  DocumentationController,
  type DocumentSource,
  documentToken,
} from './documentation/documentation.js';
import { PublicContractController } from './documentation/public-contract.controller.js';
import { OpenStreams } from './queries/open-streams.js';
import { MetricsController } from './operations/metrics.controller.js';
import { OperationsController } from './operations/operations.controller.js';
import { Permission } from './permission.js';
import { ProblemPagesController } from './problems/problem-pages.controller.js';
import { ReadEventsHandler } from './queries/event-queries.js';
import { EventsController } from './queries/events.controller.js';
import { ledgerControllers } from './queries/ledger-controllers.js';
import { ReadLedgerHandler } from './queries/ledger-query.js';
import { resourceControllers } from './queries/resource-controllers.js';
import { resourceQueryHandlers, ResourceReader } from './queries/resource-queries.js';
import { StatisticsController } from './queries/statistics.controller.js';
import { listControllers, ResourceViewsController } from './queries/view-controllers.js';
import { ReferralPackageController } from './queries/referral-package/referral-package.controller.js';
import { ReferralPackages } from './queries/referral-package/referral-packages.js';
import { AskViewsHandler } from './queries/view-queries.js';
import { CustodyReportController, MakeCustodyReportHandler } from './reports/custody-report.controller.js';
import {
  contentStoreToken,
  eventStoreToken,
  metricsToken,
  protectedDataToken,
  uploadIdleMsToken,
} from './tokens.js';

/** The role `api`: commands and queries over HTTP. `createHttpServer` gives it its server. */
@Module({})
export class ApiModule {
  static register(
    options: ApiOptions,
    bounds: ApiBounds,
    streams: OpenStreams,
    document: DocumentSource,
  ): DynamicModule {
    const { store, readModels, contentStore, protectedData, hashKey, policy, metrics, health } = options;
    const { metricsElsewhere = false } = options;
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        OperationsController,
        ...(metricsElsewhere ? [] : [MetricsController]),
        DocumentationController,
        PublicContractController,
        ProblemPagesController,
        EventsController,
        ContentController,
        CustodyReportController,
        UnsealController,
        ...commandControllers(useCases),
        ...listControllers(),
        ReferralPackageController,
        StatisticsController,
        ResourceViewsController,
        ...resourceControllers(),
        ...ledgerControllers(),
      ],
      providers: [
        { provide: eventStoreToken, useValue: store },
        { provide: metricsToken, useValue: metrics },
        { provide: documentToken, useValue: document },
        { provide: Health, useValue: health },
        { provide: OpenStreams, useValue: streams },
        { provide: Permission, useValue: new Permission(policy) },
        { provide: ReadModels, useValue: readModels },
        {
          provide: CommandHandler,
          useValue: new CommandHandler({ store, hashKey, sealer: protectedData, observe: observer(options) }),
        },
        { provide: contentStoreToken, useValue: contentStore },
        { provide: protectedDataToken, useValue: protectedData },
        { provide: uploadIdleMsToken, useValue: bounds.requestTimeoutMs },
        AccessLog,
        UploadContentHandler,
        DownloadContentHandler,
        MakeCustodyReportHandler,
        CarryOutHandler,
        RefusalRecord,
        Aftermath,
        UnsealIdentityHandler,
        ResourceReader,
        ReferralPackages,
        ReadEventsHandler,
        AskViewsHandler,
        ...resourceQueryHandlers,
        ReadLedgerHandler,
      ],
    };
  }
}
