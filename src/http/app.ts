import { fastify, LogController, type FastifyBaseLogger } from 'fastify'
import { createBodyBudget } from './door/body-budget.ts'
import { bodyBytesMax, createBodyReader } from './door/body-bytes.ts'
import { createLinesParser } from './door/body-lines.ts'
import { createJsonParser } from './door/body.ts'
import { answerFailure } from './door/answer-failure.ts'
import { answerOnGrid } from './door/answer-grid.ts'
import { boundCaseWalks } from './door/case-walks.ts'
import { guardRequests } from './door/guard.ts'
import { registerDesk } from './desk/serve-desk.ts'
import { registerGround } from './desk/serve-ground.ts'
import { recordRefusals } from './door/record-refusals.ts'
import { createRefusedCallers, refusalsTellMs } from './door/refused-callers.ts'
import { registerDocsPage } from './openapi/docs-page.ts'
import { registerHealthRoutes } from './metrics/health.ts'
import { createHttpMetrics, registerMetricsRoute } from './metrics/metrics.ts'
import { registerOpenapiRoute } from './openapi/openapi.ts'
import { collectRoutes, type RouteList } from './door/route-list.ts'
import { registerOverlandRoutes } from './adapters/overland.ts'
import { registerOwntracksRoutes } from './adapters/owntracks.ts'
import { registerTraccarRoutes } from './adapters/traccar.ts'
import { registerAccessLogRoutes } from './routes/access-log.ts'
import { registerAddressSearchRoutes } from './routes/address-searches.ts'
import { registerAlertAnswerRoutes } from './routes/alert-answers.ts'
import { registerAlertEventRoutes } from './routes/alert-events.ts'
import { registerAlertResponseRoutes } from './routes/alert-response.ts'
import { registerAlertRoutes } from './routes/alerts.ts'
import { registerAlertTrackRoutes } from './routes/alert-track.ts'
import { registerApiClientRoutes } from './routes/api-clients.ts'
import { registerAreaSearchRoutes } from './routes/area-searches.ts'
import { registerAuditRoutes } from './routes/audit-entries.ts'
import { registerCasePageRoutes } from './routes/case-page.ts'
import { registerCasePeopleRoutes } from './routes/case-people.ts'
import { registerJoinedOrderRoutes } from './routes/joined-orders.ts'
import { registerHouseholdRoutes } from './routes/households.ts'
import { registerMoveQuestionRoutes } from './routes/move-questions.ts'
import { registerRelocationRoutes } from './routes/relocations.ts'
import { registerRiskProfileRoutes } from './routes/risk-profiles.ts'
import { registerCaseRoutes } from './routes/cases.ts'
import { registerDecisionRoutes } from './routes/decisions.ts'
import { registerDeskRoutes } from './routes/desks.ts'
import { registerBreakGlassRoutes } from './routes/break-glasses.ts'
import { registerReadingsOutsideRoutes } from './routes/readings-outside.ts'
import { registerDeskActRoutes } from './routes/desk-acts.ts'
import { registerDeskFigureRoutes } from './routes/desk-figures.ts'
import { registerDeviceAssignmentRoutes } from './routes/device-assignments.ts'
import { registerDeviceEventRoutes } from './routes/device-events.ts'
import { registerDeviceQualityRoutes } from './routes/device-quality.ts'
import { registerDeviceRoutes } from './routes/devices.ts'
import { registerEnforceabilityRoutes } from './routes/enforceability-assessments.ts'
import { registerKeptAssessmentRoutes } from './routes/kept-assessments.ts'
import { registerEscalationLadderRoutes } from './routes/escalation-ladder.ts'
import { registerHandOverRoutes } from './routes/hand-overs.ts'
import { registerIncidentRoutes } from './routes/incidents.ts'
import { registerOrderErasing } from './routes/order-erasing.ts'
import { registerNamedAreaRoutes } from './routes/named-areas.ts'
import { registerOrderLifeRoutes } from './routes/order-life.ts'
import { registerOrderTypeRoutes } from './routes/order-types.ts'
import { registerOrganisationRoutes } from './routes/organisations.ts'
import { registerPartnerNoticeRoutes } from './routes/partner-notices.ts'
import { registerPartnerRoutes } from './routes/partners.ts'
import { registerPersonRoutes } from './routes/persons.ts'
import { registerPositionRoutes } from './routes/positions.ts'
import { registerProposalRoutes } from './routes/proposals.ts'
import { registerProtectionOrderOperationRoutes } from './routes/protection-order-operations.ts'
import { registerProtectionOrderRoutes } from './routes/protection-orders.ts'
import { registerProtectionStateRoutes } from './routes/protection-states.ts'
import { registerRefusedReportRoutes } from './routes/refused-reports.ts'
import { registerResponseProtocolRoutes } from './routes/response-protocol.ts'
import { registerSeatRoutes } from './routes/seats.ts'
import { registerSessionRoutes } from './routes/sessions.ts'
import { registerSigningInRoutes } from './routes/signing-in.ts'
import { registerStaffRoutes } from './routes/staff.ts'
import { registerStaffTrainingRoutes } from './routes/staff-trainings.ts'
import { registerStepUpRoutes } from './routes/stepping-up.ts'
import { registerRetentionRoutes } from './routes/retention.ts'
import { registerYearlyReportRoutes } from './routes/yearly-reports.ts'
import { registerVendorRoutes } from './routes/vendors.ts'
import { registerSightingRoutes } from './routes/sightings.ts'
import { registerVictimRoutes } from './routes/victims.ts'
import { registerWebhookSubscriptionRoutes } from './routes/webhook-subscriptions.ts'
import { registerIssuerRoutes } from './sign-in/issuer-routes.ts'
import { registerSignInPage } from './sign-in/page.ts'
import { prepareSignIn } from './sign-in/sign-in-deps.ts'
import {
  answerUnreadable,
  answerUnroutable,
  connectionsCheckedMs,
  guardServer,
} from './door/socket-exits.ts'
import { serializerCompiler } from './door/serialization.ts'
import { validatorCompiler } from './door/validation.ts'
import type { App, ZodTypeProvider } from './door/app-type.ts'
import type { AppDeps, RouteDeps } from './route-deps.ts'

/** Builds the whole HTTP interface without listening: `main` listens, tests inject. */
export async function buildApp(deps: AppDeps): Promise<App> {
  const app: App = fastify({
    loggerInstance: deps.log as FastifyBaseLogger,
    // A request line holds a path and a query; both may name people. We count requests instead.
    logController: new LogController({ disableRequestLogging: true }),
    // One of its own costs a request as much as asking who calls; nearly none says a word.
    childLoggerFactory: (logger) => logger,
    bodyLimit: bodyBytesMax,
    trustProxy: deps.config.trustedProxies.length > 0 ? [...deps.config.trustedProxies] : false,
    requestTimeout: requestMsMax,
    keepAliveTimeout: idleMsMax,
    // Fastify's own answers while closing and node's to a missing Host are not
    // problem+json; guard.ts gives ours.
    return503OnClosing: false,
    http: { requireHostHeader: false, connectionsCheckingInterval: connectionsCheckedMs },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: answerUnreadable,
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler(answerFailure)
  app.removeAllContentTypeParsers()
  const bodyBudget = createBodyBudget(deps.bodyLimits)
  const readBody = createBodyReader(bodyBudget)
  app.addContentTypeParser('application/json', createJsonParser(readBody))
  app.addContentTypeParser('application/x-ndjson', createLinesParser(readBody))
  app.decorateRequest('unfitElements', null)
  app.decorateRequest('unreadableText', null)
  releaseBodies(app)
  endConnectionsOnClose(app)
  // Before anything that takes a while, and after all else that is done to an answer.
  answerOnGrid(app, deps.answerStepMs)
  guardServer(app.server)

  const routes = collectRoutes(app)
  const refusedCallers = createRefusedCallers(deps.log, refusalsTellMs, recordRefusals(deps))
  const metrics = createHttpMetrics(app, deps, { bodyBudget, refusedCallers })
  const authenticator = guardRequests(app, routes, deps, {
    limits: deps.rateLimits,
    refusedCallers,
  })
  if (deps.surface !== 'health') {
    const signIn = prepareSignIn(deps)
    const caseWalks = boundCaseWalks(app, deps)
    registerRoutes(app, { ...deps, authenticator, caseWalks, readBody, signIn })
    await registerDesk(app)
    registerGround(app, deps)
  }
  registerHealthRoutes(app, deps)
  registerMetricsRoute(app, metrics, deps.elapsedMs)
  const document = registerOpenapiRoute(app, routes)
  registerDocsPage(app, document)
  app.decorate('routeList', routes)
  await app.ready()
  return app
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route with what it declares: the document and the tests of roles are made from it. */
    routeList: RouteList
  }
}

/** How long a request may take to arrive. A slow sender must not hold a connection for ever. */
const requestMsMax = 60_000
/**
 * How long a connection stays open between two requests: a vendor that reports each minute needs
 * one connection a day and not one a minute. Told in the description of `createPositions`.
 */
export const idleMsMax = 72_000

/**
 * A body is in memory until its answer is made, whether somebody still waits for that answer
 * or not: released when the connection closes, it would let a sender who hangs up at once
 * fill the memory uncounted.
 */
function releaseBodies(app: App): void {
  app.decorateRequest('bodyHold', null)
  app.decorateRequest('bodyByteCount', 0)
  app.addHook('onSend', async (request) => request.bodyHold?.release())
}

/**
 * Whoever is answered while we stop sends the next request over another connection: kept open, this
 * one would be cut under that request, and would hold up the stop for as long as it may be idle.
 */
function endConnectionsOnClose(app: App): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
}

/** Every route by name, so that what is served can be read in one place. */
function registerRoutes(app: App, deps: RouteDeps): void {
  registerSignInPage(app, deps)
  registerIssuerRoutes(app, deps)
  registerSigningInRoutes(app, deps)
  registerSessionRoutes(app, deps)
  registerStepUpRoutes(app, deps)
  registerStaffRoutes(app, deps)
  registerApiClientRoutes(app, deps)
  registerOrganisationRoutes(app, deps)
  registerDeskRoutes(app, deps)
  registerCaseRoutes(app, deps)
  registerVendorRoutes(app, deps)
  registerPersonRoutes(app, deps)
  registerDeviceRoutes(app, deps)
  registerDeviceQualityRoutes(app, deps)
  registerDeviceAssignmentRoutes(app, deps)
  registerProtectionOrderRoutes(app, deps)
  registerProtectionOrderOperationRoutes(app, deps)
  registerOrderLifeRoutes(app, deps)
  registerOrderErasing(app, deps)
  registerDecisionRoutes(app, deps)
  registerProposalRoutes(app, deps)
  registerBreakGlassRoutes(app, deps)
  registerReadingsOutsideRoutes(app, deps)
  registerProtectionStateRoutes(app, deps)
  registerAreaSearchRoutes(app, deps)
  registerAssessing(app, deps)
  registerPositionRoutes(app, deps)
  registerDeviceEventRoutes(app, deps)
  registerRefusedReportRoutes(app)
  registerOwntracksRoutes(app, deps)
  registerOverlandRoutes(app, deps)
  registerTraccarRoutes(app, deps)
  registerAlertRoutes(app, deps)
  registerAlertTrackRoutes(app, deps)
  registerAlertAnswerRoutes(app, deps)
  registerIncidentRoutes(app, deps)
  registerAlertResponseRoutes(app, deps)
  registerDeskActRoutes(app, deps)
  registerResponseProtocolRoutes(app, deps)
  registerSeatRoutes(app, deps)
  registerHandOverRoutes(app, deps)
  registerDeskFigureRoutes(app, deps)
  registerYearlyReportRoutes(app, deps)
  registerAlertEventRoutes(app, deps)
  registerAccessLogRoutes(app)
  registerEscalationLadderRoutes(app, deps)
  registerCaseWork(app, deps)
  registerAuditRoutes(app, deps)
}

/** What is asked about a ban before there is one. */
function registerAssessing(app: App, deps: RouteDeps): void {
  registerEnforceabilityRoutes(app, deps)
  registerKeptAssessmentRoutes(app, deps)
  registerAddressSearchRoutes(app, deps)
  registerNamedAreaRoutes(app, deps)
}

/** What people do about a case beside its alerts, and whom they tell. */
function registerCaseWork(app: App, deps: RouteDeps): void {
  registerWebhookSubscriptionRoutes(app, deps)
  registerCasePeopleRoutes(app, deps)
  registerRiskProfileRoutes(app, deps)
  registerOrderTypeRoutes(app, deps)
  registerJoinedOrderRoutes(app, deps)
  registerHouseholdRoutes(app, deps)
  registerRelocationRoutes(app, deps)
  registerMoveQuestionRoutes(app, deps)
  registerRetentionRoutes(app, deps)
  registerCasePageRoutes(app, deps)
  registerStaffTrainingRoutes(app, deps)
  registerVictimRoutes(app, deps)
  registerSightingRoutes(app, deps)
  registerPartnerRoutes(app, deps)
  registerPartnerNoticeRoutes(app, deps)
}
