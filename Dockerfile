# One image for every role (HOEDE_ROLES). PostgreSQL and Redis are services of their own here:
# `--omit` leaves the npm copies of PostgreSQL (dev) and Node (optional) out, the base image brings
# the Node that package.json pins.
FROM node:26.9.0-bookworm-slim@sha256:582460f614631b59b824ac6020533b9bf339c7fdf3a6d7db31abb6b4065f0212 AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency of the server needs an install script.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

# The page of the alert desk is built where the bundler is, and copied without it.
FROM node:26.9.0-bookworm-slim@sha256:582460f614631b59b824ac6020533b9bf339c7fdf3a6d7db31abb6b4065f0212 AS desk
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY test/support/client-types ./test/support/client-types
RUN npm ci --omit=optional --ignore-scripts && npm cache clean --force
COPY tsconfig.json ./
COPY src ./src
RUN npm run desk

FROM node:26.9.0-bookworm-slim@sha256:582460f614631b59b824ac6020533b9bf339c7fdf3a6d7db31abb6b4065f0212
ENV NODE_ENV=production \
    HOEDE_HOST=0.0.0.0 \
    HOEDE_PORT=8080
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY geo ./geo
COPY src ./src
COPY workers ./workers
COPY --from=desk /app/dist ./dist
# The image's own unprivileged user; the file system can be mounted read-only.
USER node
EXPOSE 8080
# Node runs the TypeScript sources directly. No npm in between: signals reach the process.
CMD ["node", "src/main.ts"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.HOEDE_PORT??8080)+'/health/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
