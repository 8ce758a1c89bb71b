import type { FastifySchema, HTTPMethods } from 'fastify'
import type { App } from './app-type.ts'
import type { RouteAccess } from './auth.ts'

/** Notes every route as it is declared, and refuses one that does not say who may call it. */
export function collectRoutes(app: App): RouteList {
  const entries: RouteEntry[] = []
  app.addHook('onRoute', (route) => {
    const access = route.config?.roles
    const methods = Array.isArray(route.method) ? route.method : [route.method]
    if (access === undefined) {
      throw new Error(
        `${methods.join(',')} ${route.url} does not say who may call it (config.roles)`,
      )
    }
    if (route.config?.stepUp === true && route.schema?.operationId === undefined) {
      throw new Error(
        `${route.url} asks for a fresh proof and has no operationId to name the act by`,
      )
    }
    for (const method of methods) {
      entries.push({ method, url: route.url, access, schema: route.schema ?? {} })
    }
  })
  return { entries, methodsOf: (path) => methodsOf(entries, path) }
}

export type RouteList = {
  readonly entries: readonly RouteEntry[]
  /** Which methods an address answers to, sorted; fastify itself answers 404 where 405 is due. */
  readonly methodsOf: (path: string) => string[]
}

export type RouteEntry = {
  readonly method: HTTPMethods
  /** As declared: `/v1/alerts/:id`. */
  readonly url: string
  readonly access: RouteAccess
  readonly schema: FastifySchema
}

function methodsOf(entries: readonly RouteEntry[], path: string): string[] {
  const segments = path.split('/')
  const methods = entries
    .filter((entry) => matches(entry.url.split('/'), segments))
    .map((entry) => entry.method)
  return [...new Set(methods)].sort()
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.length !== path.length) return false
  return pattern.every((segment, index) =>
    segment.startsWith(':') ? path[index] !== '' : segment === path[index],
  )
}

/** Whether the parts of a path that are fixed are written as the route declares them, unescaped. */
export function isSpelledPlainly(pattern: string, path: string): boolean {
  return matches(pattern.split('/'), path.split('/'))
}
