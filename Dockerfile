# One image for web, worker and every other command: `docker build -t qiban .`; compose.yaml runs it.
# The pages' files are built in the first stage, Python packages in the second; the third has neither compiler nor npm.

FROM node:22-bookworm-slim AS pages
WORKDIR /pwa
COPY pwa/package.json pwa/package-lock.json pwa/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY pwa ./
RUN npm run --silent build

FROM python:3.12-slim-bookworm AS packages
COPY backend/requirements.lock ./
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin qiban \
    && mkdir /data && chown 10001 /data
WORKDIR /app
COPY --from=packages /venv /venv
COPY backend ./backend
COPY workers ./workers
COPY templates ./templates
COPY --from=pages /pwa/dist ./pwa/dist
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 \
    PYTHONUTF8=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MODE=production \
    DATA=/data \
    HOST=0.0.0.0 \
    PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "backend"]
CMD ["web"]
