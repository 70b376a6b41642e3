# Two stages: the first installs the locked dependencies, the second carries only what runs.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN apt-get update -q && apt-get install -y -q --no-install-recommends binutils
# pip stands beside what it fills, so that it is not carried along.
RUN python -m venv /opt/pip && python -m venv --without-pip /opt/throughline
WORKDIR /src
COPY requirements/run.lock requirements/run.lock
RUN /opt/pip/bin/pip --python /opt/throughline/bin/python install --require-hashes -r requirements/run.lock
COPY pyproject.toml README.md LICENSE ./
COPY adapters adapters
COPY bot bot
COPY prompts prompts
COPY storage storage
RUN /opt/pip/bin/pip --python /opt/throughline/bin/python install --no-deps --no-build-isolation . \
  && /opt/pip/bin/pip --python /opt/throughline/bin/python uninstall --yes setuptools
COPY .ci/slim_image.py .ci/slim_image.py
# numpy keeps its symbols: its libraries do not survive the loss of them.
RUN cd / && /opt/throughline/bin/python -B /src/.ci/slim_image.py \
  && find /opt/throughline -name '*.so' -not -path '*/numpy*' -exec strip --strip-unneeded {} +

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/throughline throughline \
  && install -d -o throughline -m 700 /var/lib/throughline-keys
COPY --from=build /opt/throughline /opt/throughline
ENV PATH=/opt/throughline/bin:$PATH PYTHONUNBUFFERED=1 HOST=0.0.0.0 PORT=8700
USER throughline
# Where the SQLite file stands when no DATABASE_URL is given.
WORKDIR /var/lib/throughline
# Keys of open forms: a volume of its own, so that no backup of the other one holds them.
ENV KEYS_FOLDER=/var/lib/throughline-keys
VOLUME /var/lib/throughline /var/lib/throughline-keys
EXPOSE 8700
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD \
  ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8700/healthz', timeout=4)"]
# Exec form: SIGTERM reaches the bot itself, which finishes what it is sending and stops.
ENTRYPOINT ["throughline"]
CMD ["run"]
