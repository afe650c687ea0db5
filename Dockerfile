# One image for every service of ours: the command says which one it is.
FROM python:3.11-slim-bookworm

# libgomp1: LightGBM's threads; curl: the health checks
RUN apt-get update && apt-get install -y --no-install-recommends curl libgomp1 && rm -rf /var/lib/apt/lists/*

RUN useradd --create-home --uid 50000 dealhouse
WORKDIR /opt/dealhouse

COPY requirements.txt pyproject.toml ./
RUN pip install --no-cache-dir --no-deps -r requirements.txt

COPY . .
RUN pip install --no-cache-dir --no-deps --editable . \
    && mkdir -p /var/lib/dealhouse && chown -R dealhouse /var/lib/dealhouse

USER dealhouse
ENV PYTHONPATH=/opt/dealhouse:/opt/dealhouse/plugins \
    DEALHOUSE_HOME=/var/lib/dealhouse \
    DO_NOT_TRACK=1 \
    GX_ANALYTICS_ENABLED=false \
    PYTHONUNBUFFERED=1 \
    TZ=UTC
